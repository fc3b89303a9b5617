"""Which version of OCPP is spoken on a socket: the newest that both know.

Some firmware agrees on 2.0.1 and goes on in the words of 1.6. It is known by them, and is
spoken to in 1.6 from its next socket on, until what it says, or its firmware, shows another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final, Protocol

from .charge_point.charge_point import FullDialect
from .transport.connection import Link
from .transport.connection_habits import Habit
from .transport.fault_log import RateLimitedLog
from .v16.dialect import OCPP_1_6
from .v201.dialect import OCPP_2_0_1, OCPP_2_1

_SPOKEN: Final = (OCPP_1_6, OCPP_2_0_1, OCPP_2_1)
DIALECTS: Final[dict[str, FullDialect]] = {one.subprotocol: one for one in _SPOKEN}
"""Every version of OCPP that is spoken here, by its subprotocol."""
OLDEST: Final[FullDialect] = OCPP_1_6


def is_spoken(subprotocol: str) -> bool:
    """Whether it is a version that is spoken here, however firmware writes that (`ocpp1.6J`)."""
    return _version(subprotocol) in DIALECTS


def dialect_of(subprotocol: str | None) -> FullDialect:
    """What is spoken on a connection that agreed on a subprotocol; None: on none."""
    return OLDEST if subprotocol is None else DIALECTS[_version(subprotocol)]


def choose[S: str](offered: Iterable[S], *, oldest: bool = False) -> S | None:
    """The newest (or the `oldest`) that is spoken here, as it was written; None: none is."""
    spoken = filter(is_spoken, offered)
    return (min if oldest else max)(spoken, key=_age, default=None)


def _version(subprotocol: str) -> str:
    return subprotocol.casefold().removesuffix("j")


def _age(subprotocol: str) -> tuple[int, ...]:
    """Its number; versions that are newer have higher ones."""
    return tuple(int(part) for part in re.findall(r"\d+", subprotocol))


@dataclass(slots=True, kw_only=True)
class Words:
    """What is heard on one socket tells of the version that is really spoken there."""

    dialect: FullDialect
    """What it is spoken to in."""
    agreed: FullDialect
    """What was agreed on."""
    offers_oldest: bool
    """It asked for the oldest version, too."""
    _are_its_own: bool = False

    def show(self, action: str, payload: Mapping[str, Any]) -> FullDialect | None:
        """Take a message; the version that is needed instead, once that shows.

        Who has said anything in the words of its version has to be one that also asks for the
        oldest: else it mixes them, and would be as wrong in the other. Who agreed on the
        oldest speaks no other on that socket.
        """
        if self.agreed is OLDEST:
            return None
        if self.dialect.recognises(action, payload):
            self._are_its_own = True
            return None
        if self._are_its_own and (self.dialect is OLDEST or not self.offers_oldest):
            return None
        return next((one for one in DIALECTS.values() if one.recognises(action, payload)), None)


class Met(Protocol):
    """A charger that has connected before, whether somebody has added it or not."""

    habits: set[Habit]

    def spoke_in_older_words(self, older: bool) -> None:
        """It was found to speak another version than it agrees on, or to do so no more."""


class Versions:
    """Agrees with chargers on a version, and sees whether they speak it."""

    def __init__(
        self,
        met: Callable[[str], Met | None],
        faults: RateLimitedLog,
        close: Callable[[Link, str], None],
    ) -> None:
        """`met` knows chargers by id; `close` ends a socket, beside everything else."""
        self._met = met
        self._faults = faults
        self._close = close

    def in_older_words(self, charger_id: str) -> bool:
        """Whether a charger is known to speak the oldest version, whatever it agrees on."""
        met = self._met(charger_id)
        return met is not None and Habit.OLDER_WORDS in met.habits

    def listen(self, link: Link[FullDialect], agreed: FullDialect, offered: Iterable[str]) -> None:
        """Have a socket end whose charger speaks another version: on its next one it has that."""
        words = Words(
            dialect=link.dialect,
            agreed=agreed,
            offers_oldest=any(dialect_of(one) is OLDEST for one in filter(is_spoken, offered)),
        )

        def is_misunderstood(action: str, payload: Mapping[str, Any]) -> bool:
            spoken, met = words.show(action, payload), self._met(link.charger_id)
            if spoken is None or met is None:
                return False
            met.spoke_in_older_words(spoken is OLDEST)
            self._faults.warning(
                f"version {link.charger_id}",
                "Charger %s agrees on %s and speaks %s: from its next connection on it is spoken to"
                " in that, until its firmware is updated",
                link.charger_id,
                agreed.subprotocol,
                spoken.subprotocol,
            )
            self._close(link, f"come again for {spoken.subprotocol}")
            return True

        link.is_misunderstood = is_misunderstood
