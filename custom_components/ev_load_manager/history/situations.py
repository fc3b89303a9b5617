"""What lasts for a while at an outlet, a charger or a circuit, and when it began and ended.

A car waits, a meter is not to be believed, a charger is away: whoever wants to hear of
it (an automation, a message to somebody's phone) hears of the same beginnings and ends.
A situation outlives a restart, so that nobody is told of it once more.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..balancing.decision import Decision, Reason
from ..balancing.phases import Phase
from ..balancing.readings import ConnectorReading, Readings, Status
from ..balancing.safe_limit import Cause
from ..balancing.site import ConnectorId
from ..config.site_builder import charger_circuit
from ..data_files.stored import Stored, plain

LOST_AFTER: Final = 120.0
"""Seconds that a charger may be away: many dial anew after a hiccup of the network."""


class Situation(StrEnum):
    """Something that begins, lasts and ends."""

    # At an outlet
    SESSION = "session"
    CHARGING = "charging"
    """Its charger says that the car charges."""
    WAITING = "waiting"
    """A car that wants to charge gets nothing: for its turn, for room, or a short pause."""
    TURN = "turn"
    """It charges after it had waited for its turn or for room."""
    FULL = "full"
    DISOBEYS = "disobeys"
    """It draws more than any limit that may be in force."""
    FAULT = "fault"
    """It says itself that it is out of order."""

    # At a charger
    LOST = "lost"
    """It was connected, and is not any more."""

    # At a circuit
    SAFE_LIMIT = "safe_limit"
    """Its meter is not to be believed. Before its first reading nobody knows that."""
    OVERLOAD = "overload"


type Where = ConnectorId | str
"""An outlet, or a circuit: a charger is the circuit that supplies it."""


class Holding(NamedTuple):
    """A situation at a place."""

    situation: Situation
    where: Where

    @property
    def key(self) -> str:
        """It as a text, in which no two are alike."""
        where = self.where
        told = where if isinstance(where, str) else f"{where.charger}/{where.number}"
        return f"{self.situation}:{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationChange:
    """The beginning or the end of a situation."""

    situation: Situation
    where: Where
    begins: bool
    since: datetime
    """When it began (UTC), also where it ends now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A situation as it is stored."""

    situation: Situation
    since: datetime
    circuit: str | None = None
    charger: str | None = None
    number: int = 0

    @property
    def holding(self) -> Holding | None:
        """What it was; None for what is neither at an outlet nor at a circuit."""
        if self.charger is not None:
            return Holding(self.situation, ConnectorId(self.charger, self.number))
        return None if self.circuit is None else Holding(self.situation, self.circuit)


class Situations:
    """Looks at every step of a group."""

    def __init__(self, stored: Iterable[Stored] = ()) -> None:
        """Go on with what was stored."""
        self._since: dict[Holding, datetime] = {}
        self._away_since: dict[str, float] = {}
        self._waited: set[ConnectorId] = set()
        self.changes: tuple[SituationChange, ...] = ()
        """What began or ended with the last step."""
        for row in stored:
            kept = row.into(_Kept)
            holding = None if kept is None else kept.holding
            if kept is not None and holding is not None:
                self._since[holding] = kept.since
                if kept.situation is Situation.WAITING and isinstance(holding.where, ConnectorId):
                    self._waited.add(holding.where)

    @property
    def lasting(self) -> Mapping[Holding, datetime]:
        """All that lasts, and since when (UTC)."""
        return self._since

    def since(self, situation: Situation, where: Where) -> datetime | None:
        """Since when it lasts at a place; None where it does not."""
        return self._since.get(Holding(situation, where))

    def update(
        self,
        decision: Decision,
        readings: Readings,
        overloaded: Mapping[str, tuple[Phase, ...]],
        circuits: Container[str],
        now: datetime,
    ) -> None:
        """Take down a step; `overloaded` are the circuits that carry too much.

        `circuits` are all that there are: what is removed has no end that matters.
        """
        present = set(self._present(decision, readings, overloaded))
        changes = []
        for holding in [one for one in self._since if one not in present]:
            since = self._since.pop(holding)
            if holding.where in circuits or _is_there(holding.where, readings):
                changes.append(_change(holding, since, begins=False))
        for holding in present - self._since.keys():
            self._since[holding] = now
            changes.append(_change(holding, now, begins=True))
        self.changes = tuple(changes)

    def _present(
        self, decision: Decision, readings: Readings, overloaded: Iterable[str]
    ) -> Iterator[Holding]:
        """All that lasts."""
        for circuit, stands in decision.circuits.items():
            holding = Holding(Situation.SAFE_LIMIT, circuit)
            if stands.cause is Cause.STARTING:
                if holding in self._since:
                    yield holding
            elif stands.cause is not None:
                yield holding
        for circuit in overloaded:
            yield Holding(Situation.OVERLOAD, circuit)
        for connector, reading in readings.connectors.items():
            if reading.online:
                yield from self._at(connector, reading, decision)
            else:
                # What its charger does not tell is as it was.
                yield from (
                    holding
                    for situation in _AT_OUTLETS
                    if (holding := Holding(situation, connector)) in self._since
                )
        yield from self._lost(readings, decision.at)

    def _at(
        self, connector: ConnectorId, reading: ConnectorReading, decision: Decision
    ) -> Iterator[Holding]:
        """What lasts at an outlet."""
        if reading.disobeys:
            yield Holding(Situation.DISOBEYS, connector)
        if reading.status is Status.FAULTED:
            yield Holding(Situation.FAULT, connector)
        if reading.session is None:
            self._waited.discard(connector)
            return
        yield Holding(Situation.SESSION, connector)
        if reading.status is Status.CHARGING:
            yield Holding(Situation.CHARGING, connector)
        decided = decision.connectors.get(connector)
        if decided is None:
            return
        if decided.reason is Reason.CAR_FULL:
            yield Holding(Situation.FULL, connector)
        turn = Holding(Situation.TURN, connector)
        if decided.reason in _IN_LINE:
            self._waited.add(connector)
            yield Holding(Situation.WAITING, connector)
        elif decided.reason is Reason.SHORT_PAUSE:
            yield Holding(Situation.WAITING, connector)
        elif turn in self._since or (connector in self._waited and decided.limit > 0):
            self._waited.discard(connector)
            yield turn

    def _lost(self, readings: Readings, now: float) -> Iterator[Holding]:
        """Chargers that are away for long; who was never there is not missed."""
        away = {
            connector.charger
            for connector, reading in readings.connectors.items()
            if reading.met and not reading.online
        }
        self._away_since = {charger: self._away_since.get(charger, now) for charger in away}
        for charger, since in self._away_since.items():
            holding = Holding(Situation.LOST, charger_circuit(charger))
            if holding in self._since or now - since >= LOST_AFTER:
                yield holding

    def to_list(self) -> list[dict[str, Any]]:
        """Plain JSON data for the store."""
        told: list[dict[str, Any]] = plain(
            [
                _Kept(
                    situation=situation,
                    since=since,
                    charger=where.charger if isinstance(where, ConnectorId) else None,
                    number=where.number if isinstance(where, ConnectorId) else 0,
                    circuit=None if isinstance(where, ConnectorId) else where,
                )
                for (situation, where), since in self._since.items()
            ]
        )
        return told


_AT_OUTLETS: Final = (
    Situation.SESSION,
    Situation.CHARGING,
    Situation.WAITING,
    Situation.TURN,
    Situation.FULL,
    Situation.DISOBEYS,
    Situation.FAULT,
)
_IN_LINE: Final = frozenset(
    {Reason.WAITING_FOR_TURN, Reason.WAITING_FOR_ROOM, Reason.WAITING_FOR_PEAK}
)
"""Why a car waits for longer than a short pause."""


def _is_there(where: Where, readings: Readings) -> bool:
    """Whether an outlet, or a charger, has not been removed."""
    if isinstance(where, ConnectorId):
        return where in readings.connectors
    return any(charger_circuit(one.charger) == where for one in readings.connectors)


def _change(holding: Holding, since: datetime, *, begins: bool) -> SituationChange:
    return SituationChange(
        situation=holding.situation, where=holding.where, begins=begins, since=since
    )
