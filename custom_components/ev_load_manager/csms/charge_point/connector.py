"""What is known of one outlet: its status, its transaction, its last values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from ... import clock
from ...balancing.readings import Status
from ...data_files.stored import NOT_KEPT, Stored, plain
from ...data_files.values import anything, by_name, flag, moment, number as amount, optional, text
from ..transactions import stored_id
from .register_rise import RegisterRise

if TYPE_CHECKING:
    from ..limits.connector_limit import ConnectorLimit


type PhaseValues = tuple[float | None, float | None, float | None]
"""By the charger's own L1, L2, L3; None where it reported nothing."""

NOTHING: PhaseValues = (None, None, None)

_FLOWS = 1.0
_FLOWING_POWER = 230.0
"""A and W; what is less may be the charger itself."""
_MOST_POWER = 50_000.0
"""W that no outlet for alternating current gives."""
_MOST_FOREIGN_LIMITS = 8
_ENERGY_SLACK = 500.0
"""Wh beside that, for clocks that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The last MeterValues of a connector; only what the charger reported."""

    at: float
    """When they were sampled (monotonic); never in the future."""
    currents: PhaseValues = NOTHING
    """Current.Import per phase, A."""
    current: float | None = None
    """Current.Import without a phase, A: the charger's word for all of them."""
    neutral: float | None = None
    """Current.Import of the neutral conductor, A: what a one-phase car draws."""
    voltages: PhaseValues = NOTHING
    """Phase to neutral, V."""
    voltage: float | None = None
    power: float | None = None
    """Power.Active.Import, W, of all phases."""
    powers: PhaseValues = NOTHING
    energy: float | None = None
    """Energy.Active.Import.Register, Wh."""
    offered: float | None = None
    """Current.Offered, A."""
    power_offered: float | None = None
    """Power.Offered, W."""
    temperature: float | None = None
    """Degrees Celsius."""
    state_of_charge: float | None = None
    """Percent, as the car told the charger."""

    @property
    def has_electricity(self) -> bool:
        """Whether it tells anything of what flows at present."""
        return (
            self.current is not None
            or self.neutral is not None
            or self.power is not None
            or any(value is not None for value in (*self.currents, *self.powers))
        )

    @property
    def flows(self) -> bool:
        """Whether they show more than a charger takes itself."""
        told = (*self.currents, self.current, self.neutral)
        return any(current is not None and current > _FLOWS for current in told) or (
            self.power is not None and self.power > _FLOWING_POWER
        )

    def scaled(self, factor: float) -> Values:
        """The same with currents that are `factor` times what was told."""

        def one(current: float | None) -> float | None:
            return None if current is None else factor * current

        first, second, third = self.currents
        return replace(
            self,
            currents=(one(first), one(second), one(third)),
            current=one(self.current),
            neutral=one(self.neutral),
        )

    def filled_from(self, older: Values) -> Values:
        """Take what is missing here from `older`; `at` stays."""
        missing: dict[str, Any] = {}
        for item in fields(self):
            mine, theirs = getattr(self, item.name), getattr(older, item.name)
            if mine is None or mine == NOTHING:
                missing[item.name] = theirs
        return replace(self, **missing)


CABLE: Final = "cable"
"""Who limits where it is the cable of a car that does."""


class ForeignLimit(NamedTuple):
    """A limit that a charger has from somebody else, and obeys by itself."""

    amperes: float | None
    """Per phase; None: it has not said how low it is."""
    source: str
    """Who has set it, in the charger's word (`EMS`, `SO`, ...)."""
    until: float | None = None
    """When it ends (monotonic); None: that is not known."""
    is_listed: bool = False
    """The charger tells it among its profiles, and no more once it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingNeeds:
    """What a car asks for, as its charger tells it; None: it says nothing of that."""

    energy: float | None = None
    """Wh."""
    departure: datetime | None = None
    state_of_charge: float | None = None
    """Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEnd:
    """The end of a transaction, as its charger told it."""

    at: datetime
    """On our clock, UTC; it may be before its start."""
    timestamp: str = ""
    """As the charger wrote it; empty where it can't be read."""
    register: float | None = None
    """Wh."""
    id_tag: str = ""
    is_late: bool = False
    """It was told after an outage."""


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One charging session as OCPP counts it."""

    id: str
    connector: int
    id_tag: str = ""
    meter_start: float | None = None
    """The register at its start, Wh; None for a transaction that was adopted."""
    started: datetime
    """On our clock, UTC."""
    started_at: float = field(metadata=NOT_KEPT)
    """The same on the monotonic clock; negative where it was long ago."""
    energy: float | None = None
    """The register as last seen in it, Wh."""
    is_relative: bool = False
    """The charger tells what it has charged in it, in place of its register."""
    stopped: datetime | None = None
    reason: str = ""
    timestamp: str = ""
    """When it began as the charger wrote it; empty where nobody told, or it can't be read."""
    is_adopted: bool = False
    """Its start was never told."""
    is_late: bool = False
    """Its start was told after an outage."""
    clock_offset: float = 0.0
    """Seconds by which its charger's clock was ahead of ours as it began."""
    end: ToldEnd | None = None
    """None: the charger has not told its end (yet)."""
    asked: ChargingNeeds | None = None
    """What its car has asked for; None: it has not said."""

    def register_at(self, told: float, elapsed: float) -> float:
        """Where the register stood when the charger told `told` Wh, `elapsed` s after the start.

        Some firmware tells what it has charged since the start. That is less than
        the register then showed, and no more than any charger could have charged.
        """
        start = self.meter_start
        if start is None or told >= start:
            return told
        if not self.is_relative:
            has_risen = self.energy is not None and self.energy > start
            possible = _MOST_POWER * max(0.0, elapsed) / 3600.0 + _ENERGY_SLACK
            self.is_relative = not has_risen and told <= min(possible, start / 2.0)
        return start + told if self.is_relative else told

    @property
    def charged(self) -> float | None:
        """Energy of the session, Wh."""
        if self.energy is None or self.meter_start is None:
            return None
        return max(0.0, self.energy - self.meter_start)

    @classmethod
    def read(cls, stored: Stored, connector: int | None = None) -> Self | None:
        """Read what was stored; None where nobody knows which session it was.

        `connector` is where it is known to be.
        """
        started = stored.read("started", moment, clock.now())
        end = None if stored.raw("end") is None else stored.section("end").into(ToldEnd)
        asks = stored.raw("asked") is not None
        return stored.into(
            cls,
            given={
                "started": started,
                "started_at": clock.monotonic_of(started),
                "end": end,
                "asked": stored.section("asked").into(ChargingNeeds) if asks else None,
            },
            readers={"id": stored_id},
            safer={} if connector is None else {"connector": connector},
        )


@dataclass(slots=True, kw_only=True)
class ConnectorState:
    """One outlet (or, numbered 0, the charger as a whole)."""

    number: int
    status: Status | None = None
    """None until the charger told."""
    status_at: float = field(default_factory=clock.monotonic)
    """Since when (monotonic)."""
    reported_at: float | None = None
    """When the charger last said so itself (monotonic), in this run."""
    transaction: Transaction | None = None
    """The one in progress."""
    last_transaction: Transaction | None = None
    """The one that ended last."""
    goes_on: bool = False
    """Its charger's transaction goes on, be it that the session in it is over."""
    values: Values | None = None
    """Present values; never those that were replayed after an outage."""
    phases_used: int | None = None
    """How many phases its car loads, as the charger tells it; None: it does not."""
    cable_maximum: float | None = None
    """What its car's cable can carry, A; None: not told."""
    plug: int | None = None
    """Which of its plugs is in use; None: not known, or it has one."""
    needs: ChargingNeeds | None = None
    """What its car asks for; None: it has not said."""
    foreign_limits: dict[str, ForeignLimit] = field(default_factory=dict)
    """What others have set, by who did."""
    may_be_in_session: bool = False
    """What was stored of its session can't be read, and it has not been seen without a car since."""
    energy: float | None = None
    """The connector's register, Wh."""
    rise: RegisterRise = field(default_factory=RegisterRise)
    """What power the rise of that register proves."""
    in_milliamperes: bool = False
    """Its firmware was seen to report mA as A."""
    keeper: ConnectorLimit | None = None
    """Keeps its limit, once one is attached."""
    remembered: dict[str, Any] = field(default_factory=dict)
    """Plain JSON data that others keep here over a restart."""
    is_lost: bool = False
    """Whether what others kept here can't be read any more."""

    @property
    def present_or_last(self) -> Transaction | None:
        """The present session, else the last one."""
        return self.transaction or self.last_transaction

    @property
    def register(self) -> float | None:
        """What the outlet's counter shows, Wh; where only sessions tell of it, as they last did."""
        session = self.present_or_last
        if self.energy is not None or session is None:
            return self.energy
        return session.meter_start if session.energy is None else session.energy

    @property
    def session_energy(self) -> float | None:
        """What that session has charged, Wh."""
        session = self.present_or_last
        return session.charged if session else None

    @property
    def foreign_limit(self) -> ForeignLimit | None:
        """The lowest limit that others have set, that holds now, and that is known."""
        return _lowest(self._limits_elsewhere)

    @property
    def unknown_limit(self) -> ForeignLimit | None:
        """One that others have set, and of which nobody knows how low it is."""
        return next((one for one in self._limits_elsewhere if one.amperes is None), None)

    @property
    def _limits_elsewhere(self) -> Iterator[ForeignLimit]:
        now = clock.monotonic()
        for one in self.foreign_limits.values():
            if one.until is None or one.until > now:
                yield one

    def limited_elsewhere(self, source: str, limit: ForeignLimit | None) -> None:
        """Somebody else limits it, or does so no more (None)."""
        if limit is None:
            self.foreign_limits.pop(source, None)
        elif limit.amperes is None and source in self.foreign_limits:
            return  # what is known of it holds
        elif source in self.foreign_limits or len(self.foreign_limits) < _MOST_FOREIGN_LIMITS:
            self.foreign_limits[source] = limit

    def lists_elsewhere(self, found: Mapping[str, float]) -> None:
        """Its charger has listed what others allow, A, by who."""
        for source, limit in tuple(self.foreign_limits.items()):
            if limit.is_listed and source not in found:
                self.limited_elsewhere(source, None)
        for source, amperes in found.items():
            self.limited_elsewhere(source, ForeignLimit(amperes, source, is_listed=True))

    def car_told(self, *, phases: int | None, cable: float | None) -> None:
        """Its charger tells what it knows of a car (None: nothing new): phases, and A of the cable."""
        self.phases_used = self.phases_used if phases is None else phases
        self.cable_maximum = self.cable_maximum if cable is None else cable

    def car_asks(self, needs: ChargingNeeds) -> None:
        """Its charger tells what a car asks for."""
        self.needs = needs
        if self.transaction is not None:
            self.transaction.asked = needs

    def car_left(self) -> None:
        """What was told of its car is of no other."""
        self.phases_used = self.cable_maximum = self.needs = None

    @property
    def plugged_in(self) -> bool:
        """Whether a car is there, as far as the charger tells."""
        return self.status in _WITH_CAR or self.transaction is not None

    @property
    def charges(self) -> bool:
        """Whether a car may draw current, as far as its charger tells."""
        return (
            self.transaction is not None or self.status is Status.CHARGING or self.may_be_in_session
        )

    def set_status(self, status: Status) -> bool:
        """Take over a status; whether it is another one."""
        self.may_be_in_session &= status in _WITH_CAR
        if status is self.status:
            return False
        self.status = status
        self.status_at = clock.monotonic()
        return True

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "status": plain(self.status),
            "status_since": plain(clock.wall_of(self.status_at)),
            "transaction": plain(self.transaction),
            "last_transaction": plain(self.last_transaction),
            "goes_on": self.goes_on,
            "may_be_in_session": self.may_be_in_session,
            "energy": self.energy,
            "in_milliamperes": self.in_milliamperes,
            "remembered": self.remembered,
        }

    @classmethod
    def read(cls, number: int, stored: Stored) -> Self:
        """Read what `state` wrote."""

        def transaction(name: str) -> Transaction | None:
            if stored.raw(name) is None:
                return None
            return Transaction.read(stored.section(name), number)

        running = transaction("transaction")
        lost_it = running is None and (stored.is_lost or stored.raw("transaction") is not None)
        nothing: dict[str, Any] | None = None
        remembered = stored.read("remembered", by_name(anything), nothing, missing={})
        return cls(
            number=number,
            may_be_in_session=lost_it
            or stored.read("may_be_in_session", flag, True, missing=False, may_miss=True),
            status=stored.read("status", optional(_stored_status), None),
            status_at=clock.monotonic_of(stored.read("status_since", moment, clock.now())),
            transaction=running,
            last_transaction=transaction("last_transaction"),
            goes_on=stored.read("goes_on", flag, True, missing=False, may_miss=True),
            energy=stored.read("energy", optional(amount), None),
            in_milliamperes=stored.read("in_milliamperes", flag, False, missing=False),
            remembered=remembered or {},
            is_lost=remembered is None,
        )


_WITH_CAR = frozenset(
    {
        Status.PREPARING,
        Status.CHARGING,
        Status.SUSPENDED_EV,
        Status.SUSPENDED_EVSE,
        Status.FINISHING,
    }
)


def _stored_status(stored: object) -> Status:
    """A status that was stored; version 0.1 wrote it as OCPP 1.6 does (`SuspendedEV`)."""
    return _BY_LETTERS[text(stored).replace("_", "").lower()]


_BY_LETTERS = {status.value.replace("_", ""): status for status in Status}


def limited_elsewhere_to(*states: ConnectorState | None) -> ForeignLimit | None:
    """The lowest limit that is none of ours, by any of `states`; None: nobody told of any.

    A cable is the source of one as well (`CABLE`).
    """
    found = []
    for state in states:
        if state is None:
            continue
        if state.foreign_limit is not None:
            found.append(state.foreign_limit)
        if state.cable_maximum is not None:
            found.append(ForeignLimit(state.cable_maximum, CABLE))
    return _lowest(found)


def limited_unknown_to(*states: ConnectorState | None) -> ForeignLimit | None:
    """A limit of others that holds by any of `states`, and of which nobody knows how low it is."""
    unknown = (state.unknown_limit for state in states if state is not None)
    return next((one for one in unknown if one is not None), None)


def _lowest(limits: Iterable[ForeignLimit]) -> ForeignLimit | None:
    """The lowest of those that are known."""
    known = [(one.amperes, one) for one in limits if one.amperes is not None]
    return min(known, key=lambda one: one[0])[1] if known else None
