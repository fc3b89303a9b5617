"""What happened to a group, as people would tell it: who got more or less, and why.

The recalculation log has every number of every step. This has the few things that
somebody noticed, each with the one cause that changed since the outlet's limit changed
last. What goes on for a while is one happening: a building that draws more and more
lowers a car once, not in twenty steps.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple

from ..balancing.decision import ConnectorDecision, Decision, Reason
from ..balancing.phases import Phase, PhaseCurrents
from ..balancing.readings import Readings
from ..balancing.safe_limit import Cause
from ..balancing.site import ConnectorId, Site
from ..config.live_settings import LiveSettings
from ..data_files.stored import plain

MOST: Final = 5000
LONGEST: Final = timedelta(hours=24)
WORTH_TELLING: Final = 1.0
"""A by which a limit has to change."""
TOGETHER: Final = timedelta(seconds=60)
"""What goes on in the same way within that time is the same happening."""
FOLLOWS: Final = 45.0
"""Seconds in which limits follow what changed: increases wait for others to come down."""
MOVED: Final = 0.5
"""A by which a building has to draw more or less to be the cause."""


class Kind(StrEnum):
    """What happened."""

    BEGAN = "began"
    """A session."""
    ENDED = "ended"
    LIMIT = "limit"
    """An outlet gets more or less."""
    LOST = "lost"
    """A charger is not connected any more."""
    BACK = "back"
    SAFE_LIMIT = "safe_limit"
    """A meter can't be trusted any more."""
    METER_BACK = "meter_back"
    SETTING = "setting"
    """Somebody, or an automation, changed a setting."""


class Why(StrEnum):
    """Why an outlet gets more or less, where the reason for its limit does not say it."""

    SETTING = "setting"
    SAFE_LIMIT = "safe_limit_began"
    METER_BACK = "meter_back"
    MORE_CARS = "more_cars"
    FEWER_CARS = "fewer_cars"
    OTHER_LOAD_ROSE = "other_load_rose"
    OTHER_LOAD_FELL = "other_load_fell"
    ALLOWED = "allowed"
    """Nobody pauses it any more."""


_TELLING: Final = frozenset(
    {
        Reason.BALANCING_OFF,
        Reason.CAR_FULL,
        Reason.CAR_PAUSED,
        Reason.CHARGER_OFFLINE,
        Reason.DOES_NOT_OBEY,
        Reason.FINDING_WIRING,
        Reason.IMBALANCE,
        Reason.LIMIT_OF_BACKEND,
        Reason.NOT_CONTROLLABLE,
        Reason.OVER_LIMIT,
        Reason.PAUSED_BY_USER,
        Reason.PEAK_LIMIT,
        Reason.POWER_LIMIT,
        Reason.STARTING,
        Reason.TEMPORARY_LIMIT,
        Reason.TOO_LITTLE_TO_START,
        Reason.UNUSED_CURRENT,
        Reason.WAITING_FOR_PEAK,
        Reason.WAITING_FOR_TURN,
    }
)
"""Reasons that say themselves why a limit changed."""
_SETTINGS: Final = (
    "maximum_current",
    "grid_maximum_current",
    "safe_limit",
    "balancing",
    "adaptive",
    "policy",
    "phase_choice",
)
_LIMITS: Final = frozenset(_SETTINGS[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One of them; what does not belong to its kind is None."""

    time: datetime
    """UTC; the first moment of what went on for a while."""
    kind: Kind
    charger: str | None = None
    """The charge point id."""
    connector: int | None = None
    before: float | bool | str | None = None
    """What it was: A per phase, or the value of a setting."""
    after: float | bool | str | None = None
    why: str | None = None
    """A `Why` or a `Reason`."""
    circuit: str | None = None
    """Whose meter, or what holds the outlet back."""
    phase: str | None = None
    cause: Cause | None = None
    """Why a meter can't be trusted."""
    setting: str | None = None


@dataclass(slots=True)
class _Seen:
    """How an outlet was when its limit was told of last."""

    session: str | None
    limit: float
    reason: Reason
    active: int
    """Outlets that shared the current."""
    began_at: float
    """When its session was first seen, monotonic."""
    served: bool
    """Whether it had current in this session."""
    other_loads: Mapping[str, PhaseCurrents]


class _Set(NamedTuple):
    """A limit that somebody raised or lowered."""

    at: float
    """When it was set last, monotonic."""
    before: float
    """What it was before that began."""


@dataclass(slots=True)
class _Moment:
    """What a step takes with it from the one before."""

    settings: LiveSettings | None = None
    causes: Mapping[str, Cause | None] = field(default_factory=dict)
    online: Mapping[str, bool] = field(default_factory=dict)
    active: int | None = None


class Happenings:
    """The last day of them."""

    def __init__(self) -> None:
        self._all: deque[Happening] = deque(maxlen=MOST)
        self._ongoing: dict[tuple[object, ...], tuple[int, datetime]] = {}
        """Where what still goes on is (counted from the first one ever), and since when."""
        self._count = 0
        self._before = _Moment()
        self._seen: dict[ConnectorId, _Seen] = {}
        self._changed: dict[tuple[Why, bool], float] = {}
        """When something last changed that lets limits rise (True) or fall, monotonic."""
        self._set: dict[tuple[str, bool], _Set] = {}
        """Settings that are limits, as they were raised (True) or lowered, and not put back."""
        self._meter_at: dict[tuple[str, bool], float] = {}
        """When a circuit's meter was last lost (True) or back, monotonic."""

    def newest(
        self, *, connector: ConnectorId | None = None, limit: int = MOST
    ) -> list[dict[str, Any]]:
        """Tell the last `limit` as plain data, the newest first.

        Those of an outlet (`connector`) have what happened to all among them.
        """
        return [plain(one) for one in islice(self._told(connector), limit)]

    def _told(self, connector: ConnectorId | None) -> Iterator[Happening]:
        for one in reversed(self._all):
            if one.kind is Kind.SETTING and one.before == one.after:
                continue  # somebody tried it, and put it back
            if (
                connector is None
                or one.charger is None
                or (one.charger == connector.charger and one.connector in (None, connector.number))
            ):
                yield one

    def note(
        self,
        decision: Decision,
        readings: Readings,
        site: Site,
        settings: LiveSettings,
        *,
        now: datetime,
    ) -> None:
        """Take down what is new in a step."""
        self._note_settings(settings, decision.at, now)
        self._note_meters(decision, now)
        self._note_chargers(readings, now)
        active = sum(one.active for one in decision.connectors.values())
        self._note_active(active, decision.at)
        loads = {
            circuit: stands.other_load
            for circuit, stands in decision.circuits.items()
            if stands.other_load is not None
        }
        for id_, decided in decision.connectors.items():
            reading = readings.connectors.get(id_)
            session = None if reading is None else reading.session
            seen = self._seen.get(id_)
            began_at = decision.at if seen is None or seen.session != session else seen.began_at
            served = decided.limit > 0.0 or (
                seen is not None and seen.session == session and seen.served
            )
            here = _Seen(session, decided.limit, decided.reason, active, began_at, served, loads)
            if seen is None or seen.session != session:
                self._seen[id_] = here
                if seen is not None:
                    kind = Kind.ENDED if session is None else Kind.BEGAN
                    self._add(Happening(time=now, kind=kind, **_outlet(id_)))
            elif session is None:
                self._seen[id_] = here
            elif _is_worth_telling(seen.limit, decided.limit):
                self._seen[id_] = here
                if not seen.served and decision.at - began_at <= FOLLOWS:
                    continue  # that it began was told
                self._note_limit(id_, seen, here, decided, site, decision.at, now)
        for gone in self._seen.keys() - decision.connectors.keys():
            del self._seen[gone]
        while self._all and self._all[0].time < now - LONGEST:
            self._all.popleft()

    def _note_settings(self, settings: LiveSettings, at: float, now: datetime) -> None:
        before, self._before.settings = self._before.settings, settings
        if before is None or before is settings:
            return
        for name in _SETTINGS:
            was, value = getattr(before, name), getattr(settings, name)
            if was == value:
                continue
            if name in _LIMITS:
                self._note_set(name, was, value, at)
            self._go_on(
                Happening(
                    time=now, kind=Kind.SETTING, setting=name, before=plain(was), after=plain(value)
                ),
                (Kind.SETTING, name),
                now,
            )

    def _note_set(self, name: str, was: float, value: float, at: float) -> None:
        rises = value > was
        back = self._set.get((name, not rises))
        if back is not None and (value >= back.before if rises else value <= back.before):
            # Where it is as before, or beyond, nothing follows that any more.
            del self._set[name, not rises]
        last = self._set.get((name, rises))
        if last is not None and at - last.at <= FOLLOWS:
            was = last.before
        self._set[name, rises] = _Set(at, was)

    def _note_active(self, active: int, at: float) -> None:
        before, self._before.active = self._before.active, active
        if before is not None and active > before:
            self._changed[Why.MORE_CARS, False] = at
        elif before is not None and active < before:
            self._changed[Why.FEWER_CARS, True] = at

    def _note_meters(self, decision: Decision, now: datetime) -> None:
        causes = {circuit: stands.cause for circuit, stands in decision.circuits.items()}
        for circuit, cause in causes.items():
            before = self._before.causes.get(circuit)
            # A meter that was not read yet is no news.
            if (before in _UNTOLD) == (cause in _UNTOLD):
                continue
            lost = cause not in _UNTOLD
            self._meter_at[circuit, lost] = decision.at
            kind = Kind.SAFE_LIMIT if lost else Kind.METER_BACK
            self._add(Happening(time=now, kind=kind, circuit=circuit, cause=cause))
        self._before.causes = causes

    def _note_chargers(self, readings: Readings, now: datetime) -> None:
        online: dict[str, bool] = {}
        for id_, reading in readings.connectors.items():
            online[id_.charger] = reading.online
        for charger, here in online.items():
            if self._before.online.get(charger, here) != here:
                self._add(
                    Happening(time=now, kind=Kind.BACK if here else Kind.LOST, charger=charger)
                )
        self._before.online = online

    def _note_limit(
        self,
        id_: ConnectorId,
        seen: _Seen,
        here: _Seen,
        decided: ConnectorDecision,
        site: Site,
        at: float,
        now: datetime,
    ) -> None:
        rises = here.limit > seen.limit
        path = site.path(site.connectors[id_].circuit) if id_ in site.connectors else ()
        why, circuit, phase = self._why(seen, here, decided, path, at)
        happening = Happening(
            time=now,
            kind=Kind.LIMIT,
            before=round(seen.limit, 1),
            after=round(here.limit, 1),
            why=why,
            circuit=circuit,
            phase=None if phase is None else phase.name,
            **_outlet(id_),
        )
        # From and to 0 A is a pause, and never a part of something else.
        if seen.limit <= 0.0 or here.limit <= 0.0:
            self._add(happening)
        else:
            self._go_on(happening, (Kind.LIMIT, id_, rises, why, circuit), now)

    def _why(
        self, seen: _Seen, here: _Seen, decided: ConnectorDecision, path: tuple[str, ...], at: float
    ) -> tuple[str, str | None, Phase | None]:
        """What changed since its last limit that explains this one: the why, where, on which."""
        rises = here.limit > seen.limit
        where = (decided.circuit, decided.phase)
        if here.reason in _TELLING:
            return here.reason, *where
        if seen.reason is Reason.PAUSED_BY_USER:
            return Why.ALLOWED, *where
        for circuit in path:
            changed = self._meter_at.get((circuit, not rises))
            if changed is not None and at - changed <= FOLLOWS:
                return (Why.METER_BACK if rises else Why.SAFE_LIMIT), circuit, None
        changes = [(changed, why, rising) for (why, rising), changed in self._changed.items()]
        changes += [(one.at, Why.SETTING, rising) for (_, rising), one in self._set.items()]
        lately = [
            (changed, why)
            for changed, why, rising in changes
            if rising == rises
            and at - changed <= FOLLOWS
            # A car is no other car to itself.
            and not (why is Why.MORE_CARS and at - here.began_at <= FOLLOWS)
        ]
        if lately:
            return max(lately)[1], *where
        for circuit in path:
            if (phase := _moved(circuit, seen, here, decided.phase, rises=rises)) is not None:
                return (Why.OTHER_LOAD_FELL if rises else Why.OTHER_LOAD_ROSE), circuit, phase
        if rises and here.active < seen.active:
            return Why.FEWER_CARS, *where
        if not rises and here.active > max(seen.active, 1):
            return Why.MORE_CARS, *where
        return here.reason, *where

    def _go_on(self, happening: Happening, key: tuple[object, ...], now: datetime) -> None:
        """Make it a part of what goes on in the same way, if that does."""
        index, last = self._ongoing.get(key, (-1, now))
        place = index - (self._count - len(self._all))
        if place >= 0 and now - last <= TOGETHER:
            self._all[place] = replace(
                happening, time=self._all[place].time, before=self._all[place].before
            )
        else:
            self._add(happening)
            index = self._count - 1
        self._ongoing = {
            other: (place, at)
            for other, (place, at) in self._ongoing.items()
            if now - at <= TOGETHER
        }
        self._ongoing[key] = (index, now)

    def _add(self, happening: Happening) -> None:
        self._all.append(happening)
        self._count += 1


_UNTOLD: Final = (None, Cause.STARTING)


def _outlet(id_: ConnectorId) -> dict[str, Any]:
    return {"charger": id_.charger, "connector": id_.number}


def _is_worth_telling(before: float, after: float) -> bool:
    return abs(after - before) >= WORTH_TELLING or (before > 0.0) != (after > 0.0)


def _moved(
    circuit: str, seen: _Seen, here: _Seen, limiting: Phase | None, *, rises: bool
) -> Phase | None:
    """The phase on which a circuit's other load moved against the limit; None: it did not.

    The phase that holds the outlet back, where it moved; else the one that moved most.
    """
    before, now = seen.other_loads.get(circuit), here.other_loads.get(circuit)
    if before is None or now is None:
        return None
    against = {phase: (before[phase] - now[phase]) * (1 if rises else -1) for phase in Phase}
    most = max(Phase, key=lambda phase: against[phase])
    if limiting is not None and against[limiting] >= MOVED:
        return limiting
    return most if against[most] >= MOVED else None
