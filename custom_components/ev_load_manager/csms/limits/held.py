"""What the charging profiles that a charger says it holds amount to, whoever set them.

OCPP 2.0.1, part 2, block K, 3.4 and 3.5: the highest level of a purpose that says
something leads, a session's own profile overrules the defaults, and the lowest of what
leads holds.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
import math
from typing import Final

from ... import clock
from ..dialect import Held, Schedule
from ..models import Purpose
from . import commands
from .slots import Slot

LEFT: Final = "CSO"
"""Whose a profile is, in a charger's word, that another central system has left."""

_SOON: Final = 10.0
_LATER: Final = 300.0
"""Seconds after which a charger is asked again that allows more than it was told."""

type Elsewhere = Mapping[int, Mapping[str, float]]
"""What others allow, A per phase: by outlet (0: the charger), and who limits it."""


class Outlook(Schedule):
    """What a charger will allow a connector, A per phase."""

    def shows(self, limit: float, fallback: float) -> bool:
        """Whether it is `limit` now and `fallback` in the end."""
        return _same(self.now, limit) and _same(self.finally_, fallback)

    def is_now(self, limit: float) -> bool:
        """Whether it is `limit` now."""
        return _same(self.now, limit)

    def ends_in(self, fallback: float) -> bool:
        """Whether it is `fallback` in the end."""
        return _same(self.finally_, fallback)


class HeldMore:
    """What a charger says it allows an outlet, though it has taken less.

    Something above ours may lead there that it does not give up, or it may have rounded up.
    """

    def __init__(self) -> None:
        """It allows what it was told."""
        self.amperes = 0.0
        """Per phase; 0: no more than it was told."""
        self.look_at = 0.0
        """When it is asked again (monotonic)."""
        self._times = 0

    def over(self) -> None:
        """It allows what it was told, or nobody knows."""
        self.amperes, self.look_at, self._times = 0.0, 0.0, 0

    def seen(self, amperes: float) -> bool:
        """It has said so; whether it did before, too: one answer may be older than a limit."""
        self.amperes = amperes
        self.look_at = clock.monotonic() + _SOON
        self._times += 1
        return self._times > 1

    def rest(self) -> None:
        """Nothing is left that could be done: it is asked again in some minutes."""
        self.look_at = clock.monotonic() + _LATER


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.15


def outlook_of(held: Iterable[Held], connector: int, transaction_id: str | None) -> Outlook:
    """What profiles amount to for an outlet, and the transaction that runs there."""
    mine = sorted(
        (one for one in held if one.connector in (0, connector)), key=lambda one: -one.level
    )

    def leads(purpose: Purpose, say: Callable[[Held], float | None]) -> float | None:
        said = (
            say(one)
            for one in mine
            if one.purpose is purpose
            and (purpose is not Purpose.TX or one.transaction_id == transaction_id)
        )
        return next((amperes for amperes in said if amperes is not None), None)

    def lowest(say: Callable[[Held], float | None]) -> float:
        own = leads(Purpose.TX, say)
        default = leads(Purpose.TX_DEFAULT, say) if own is None else own
        limits = (default, leads(Purpose.CHARGE_POINT_MAX, say))
        return min((one for one in limits if one is not None), default=math.inf)

    return Outlook(lowest(lambda one: one.now), lowest(lambda one: one.finally_))


def collides(held: Held, slot: Slot) -> bool:
    """Whether a charger takes none in that slot as long as it holds this."""
    if held.purpose is None or held.level != slot.level:
        return False
    return commands.LAYERS[held.purpose] is slot.layer and (
        held.connector == slot.connector or 0 in (held.connector, slot.connector)
    )


def is_of_others(held: Held, ours: Collection[str]) -> bool:
    """Whether another central system has left it; `ours` are the names of our profiles."""
    return held.purpose is not None and held.name not in ours


def elsewhere(
    held: Collection[Held], ours: Collection[str], transactions: Mapping[int, str | None]
) -> Elsewhere:
    """What others allow at present, by what a charger holds.

    `transactions` are those that run, by outlet. Of what other central systems have left
    counts what acts: it may stand below ours.
    """
    found: dict[int, dict[str, float]] = {}
    for one in sorted(held, key=lambda one: one.level):
        if one.by and one.now is not None and one.now >= 0:
            found.setdefault(one.connector, {})[one.by] = one.now
    unbound = [
        one if is_of_others(one, ours) or one.now is None else one._replace(now=math.inf)
        for one in held
    ]
    for number, transaction_id in transactions.items():
        left = outlook_of(unbound, number, transaction_id).now
        if 0 <= left < math.inf:
            found.setdefault(number, {})[LEFT] = left
    return found
