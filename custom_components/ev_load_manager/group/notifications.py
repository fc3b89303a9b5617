"""Who wants to be told of what, and what was told already.

Nobody is told of what comes and goes at once, nor twice of what comes again soon.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from ..data_files.stored import Stored, plain
from ..data_files.values import by_name, moment, optional
from ..history.situations import Holding, Situation, Situations


class Topic(StrEnum):
    """What people want to be told of."""

    FAULT = "fault"
    SAFE_LIMIT = "safe_limit"
    CAR_FULL = "car_full"
    TURN = "turn"


TOPICS: Final = {
    Situation.OVERLOAD: Topic.FAULT,
    Situation.LOST: Topic.FAULT,
    Situation.DISOBEYS: Topic.FAULT,
    Situation.FAULT: Topic.FAULT,
    Situation.SAFE_LIMIT: Topic.SAFE_LIMIT,
    Situation.FULL: Topic.CAR_FULL,
    Situation.TURN: Topic.TURN,
}
PATIENCE: Final = {
    Situation.OVERLOAD: timedelta(minutes=1),
    Situation.LOST: timedelta(minutes=10),
    Situation.DISOBEYS: timedelta(minutes=1),
    Situation.FAULT: timedelta(minutes=1),
    Situation.SAFE_LIMIT: timedelta(minutes=10),
    Situation.FULL: timedelta(),
    Situation.TURN: timedelta(),
}
"""How long each lasts before anybody is told."""
OVER: Final = {
    # The next one is another.
    Situation.TURN: timedelta(minutes=10),
    # A car that takes a little more now and then is full as it was, until the next session.
    Situation.FULL: timedelta.max,
}
"""What has been over for less is told of no more when it comes again; of others: an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody's notify entity, and what it is told of."""

    entity_id: str
    topics: frozenset[Topic]
    place: str | None = None
    """The key of the only place that matters (see `entities.targets`); None: the whole group."""


class Notifications:
    """The recipients of a group, and what they were told."""

    def __init__(
        self, *, save: Callable[[], Awaitable[None]], save_soon: Callable[[], None]
    ) -> None:
        """Nobody wants anything yet."""
        self.recipients: tuple[Recipient, ...] = ()
        self._told: dict[str, datetime | None] = {}
        """What was told, and since when it is over (UTC); None: it lasts."""
        self._save = save
        self._save_soon = save_soon

    def restore(self, stored: Stored) -> None:
        """Go on with what `to_dict` wrote."""
        rows = stored.sections("recipients", may_miss=True)
        found = (row.into(Recipient) for row in rows)
        self.recipients = tuple(one for one in found if one is not None)
        told: dict[str, datetime | None] = stored.read(
            "told", by_name(optional(moment)), {}, missing={}, may_miss=True
        )
        # A newer version may have told of more.
        self._told = {key: over for key, over in told.items() if _situation(key) in _NAMES}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data for the store."""
        return {"recipients": plain(self.recipients), "told": plain(self._told)}

    async def change(self, recipients: Iterable[Recipient]) -> None:
        """Tell these from now on."""
        self.recipients = tuple(recipients)
        await self._save()

    def due(self, situations: Situations, now: datetime) -> list[Holding]:
        """What is to be told now, for once: nobody hears later of what nobody wanted to hear."""
        lasting = situations.lasting
        keys = {holding.key: holding for holding in lasting if holding.situation in TOPICS}
        before = dict(self._told)
        for key in before.keys() - keys.keys():
            since = self._told[key] = before[key] or now
            situation = Situation(_situation(key))
            if now - since > OVER.get(situation, timedelta(hours=1)):
                del self._told[key]
        found = []
        for key, holding in keys.items():
            if key in before:
                self._told[key] = None
            elif now - lasting[holding] >= PATIENCE[holding.situation]:
                self._told[key] = None
                found.append(holding)
        for holding in lasting:
            # Another car, or another day of the same: what it was told of before is over.
            if holding.situation is Situation.SESSION and now - lasting[holding] < _NEW:
                full = Holding(Situation.FULL, holding.where)
                if full not in lasting:
                    self._told.pop(full.key, None)
        if self._told != before:
            self._save_soon()
        return found


def _situation(key: str) -> str:
    return key.partition(":")[0]


_NAMES: Final = frozenset(situation.value for situation in Situation)
_NEW: Final = timedelta(minutes=5)
"""So young is a session that has just begun: no car is found to be full sooner."""
