"""A test bench for the controller: chargers that answer at once, cars that follow at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from custom_components.ev_load_manager.balancing.compliance import Compliance, bound_at
from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import ConnectorDecision, Decision, Reason
from custom_components.ev_load_manager.balancing.phases import (
    NO_CURRENT,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
    Readings,
    Sample,
    Status,
    Superseded,
)
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    PhaseChoice,
    Policy,
    Site,
)
from custom_components.ev_load_manager.data_files.stored import Stored

L1, L2, L3 = Phase
same = PhaseCurrents.same


def read_memory(data: Any, now: float) -> Memory:
    """What was stored of a memory, a moment after that."""
    return Memory.read(Stored(data), now, saved_at=now)


def ids(count: int) -> list[ConnectorId]:
    """Names of `count` connectors."""
    return [ConnectorId(f"charger {number}", 1) for number in range(1, count + 1)]


def make_site(
    count: int,
    limit: float,
    *,
    rated: float | None = None,
    grid: float | None = None,
    connector: dict[str, Any] | None = None,
    **settings: Any,
) -> Site:
    """A group of `count` three-phase connectors, behind a metered grid if it is given."""
    fuse = same(limit if rated is None else rated)
    circuits = {
        "group": Circuit(
            id="group", parent=None if grid is None else "grid", limit=same(limit), rated=fuse
        )
    }
    if grid is not None:
        circuits["grid"] = Circuit(
            id="grid",
            parent=None,
            limit=same(grid),
            rated=same(grid if rated is None else rated),
            meter=CircuitMeter(safe_limit=settings.pop("safe_limit", same(0.0))),
        )
        settings = {"grid": "grid", "adaptive": True} | settings
    details = {"maximum": 32.0, "wiring": (L1, L2, L3)} | (connector or {})
    connectors = {id_: Connector(id=id_, circuit="group", **details) for id_ in ids(count)}
    return Site(circuits=circuits, connectors=connectors, **settings)


@dataclass(slots=True, kw_only=True)
class Car:
    """A car that is plugged in."""

    session: str | None
    tag: str | None = None
    since: float
    phases: Phases
    maximum: float
    status: Status | None = None
    """What its connector says; None: what fits its limit."""
    status_since: float = 0.0
    draws: float | None = None
    """What it draws, whatever it is offered."""
    excess: float = 0.0
    """What it draws beyond its limit."""
    needs: float = 6.0
    """The least that makes it charge."""
    shortfall: float = 0.0
    """What it stays below its limit."""
    overdraws: float = 0.0
    """The part of its limit that it draws beyond it."""
    wakes_at: float = 0.0
    """When the timer in it goes off."""
    shares_watts: bool = False
    """Its charger is told watts, which it shares among the phases of the car."""
    phases_used: int | None = None
    """How many phases its charger says that it loads."""
    most: float | None = None
    """What its charger says that others let it take, A."""
    tells_phases: bool = False
    """Though it is told watts, its reports name the phases."""

    def takes(self, limit: float, now: float) -> float:
        """What it draws with a limit, A per phase."""
        if self.shares_watts:
            limit /= len(self.phases)
        if limit < self.needs or now < self.wakes_at:
            return 0.0
        return min(limit * (1.0 + self.overdraws) - self.shortfall, self.maximum) + self.excess


class Bench:
    """A site whose chargers take a limit within the second, and report every ten."""

    def __init__(self, site: Site, *, period: float = 10.0, phases_told: bool = True) -> None:
        """Everything is quiet and every charger has been told its fallback."""
        self.site = site
        self.now = 0.0
        self.period = period
        self.phases_told = phases_told
        self.memory = Memory()
        self.cars: dict[ConnectorId, Car] = {}
        self.offers = {
            id_: Offer(accepted=one.fallback, accepted_at=-100.0)
            for id_, one in site.connectors.items()
        }
        self.deaf: set[ConnectorId] = set()
        """Chargers that take nothing any more."""
        self.offline: set[ConnectorId] = set()
        self.readings_of_offline: Status | None = None
        """What is known of the status of those who are offline; None: what it was."""
        self.never_met: set[ConnectorId] = set()
        """Those that have never connected."""
        self.house: Callable[[float], float] | None = None
        """The building's load by time, A per phase; None: no meter reading."""
        self.houses: dict[str, Callable[[float], float] | None] = {}
        """The same for circuits with a meter of their own."""
        self.decision: Decision | None = None
        self.charged: dict[ConnectorId, float] = {}
        """What each car has taken while time was skipped, Ah per phase."""
        self._told: dict[ConnectorId, tuple[Status, float]] = {}
        """The last status of each charger, and since when."""
        self._circuit_meters: dict[str, MeterReading] = {}
        self._samples: dict[ConnectorId, Sample] = {}
        self._compliance = {id_: Compliance() for id_ in site.connectors}

    def plug_in(
        self,
        id_: ConnectorId,
        *,
        phases: Phases = frozenset(Phase),
        maximum: float = 32.0,
        session: bool = True,
        tag: str | None = None,
    ) -> Car:
        """A car comes, and its session starts (or not yet)."""
        name = f"{id_.charger} {self.now}" if session else None
        status = None if session else Status.PREPARING
        car = self.cars[id_] = Car(
            session=name,
            tag=tag,
            since=self.now,
            phases=phases,
            maximum=maximum,
            status=status,
            status_since=self.now,
        )
        return car

    def leave(self, id_: ConnectorId) -> None:
        """The car goes."""
        del self.cars[id_]
        self._compliance[id_].forget()
        self._samples.pop(id_, None)

    def set_limit(self, circuit: str, amperes: float) -> None:
        """The user sets a circuit's limit."""
        changed = replace(self.site.circuits[circuit], limit=same(amperes))
        self.site = replace(self.site, circuits=self.site.circuits | {circuit: changed})

    def set_connector(self, id_: ConnectorId, **changes: Any) -> None:
        """The user changes a connector's settings."""
        changed = replace(self.site.connectors[id_], **changes)
        self.site = replace(self.site, connectors=self.site.connectors | {id_: changed})

    def forget_reading(self) -> None:
        """The meter is another one, and has said nothing yet."""
        self._circuit_meters.pop("grid", None)

    def run(self, seconds: float = 0.0) -> Decision:
        """Take a step, and one more for every second that passes."""
        decision = self._step()
        for _ in range(int(seconds)):
            self.now += 1.0
            decision = self._step()
        return decision

    def skip(self, seconds: float) -> None:
        """Let time pass from event to event, and add up what cars have taken."""
        end = self.now + seconds
        while self.now < end:
            decision = self._step()
            ahead = min(end, self.now + self.period - self.now % self.period)
            if decision.next_step_at is not None:
                ahead = min(ahead, max(decision.next_step_at, self.now + 1.0))
            for id_ in self.cars:
                taken = self.drawn(id_) * (ahead - self.now) / 3600.0
                self.charged[id_] = self.charged.get(id_, 0.0) + taken
            self.now = ahead

    @property
    def absent(self) -> set[ConnectorId]:
        """Those that are not connected."""
        return self.offline | self.never_met

    def __getitem__(self, id_: ConnectorId) -> ConnectorDecision:
        """The last decision on a connector."""
        assert self.decision is not None
        return self.decision.connectors[id_]

    def limits(self) -> list[float]:
        """Everyone's limit, in the order of their names."""
        assert self.decision is not None
        return [decided.limit for decided in self.decision.connectors.values()]

    def reasons(self) -> list[Reason]:
        """Everyone's reason, in the order of their names."""
        assert self.decision is not None
        return [decided.reason for decided in self.decision.connectors.values()]

    def drawn(self, id_: ConnectorId) -> float:
        """What a connector's car draws, A per phase."""
        car = self.cars.get(id_)
        if car is None or car.session is None:
            return 0.0
        if car.draws is not None:
            return car.draws
        limit = self.offers[id_].accepted
        limit = self.site.connectors[id_].hardware_maximum if limit is None else limit
        return car.takes(limit, self.now)

    def _step(self) -> Decision:
        readings = self._readings()
        decision = self.decision = step(self.site, readings, self.memory, self.now)
        for id_, decided in decision.connectors.items():
            offer = self.offers[id_]
            if decided.limit == offer.accepted or id_ in self.deaf | self.absent:
                continue
            replaced = (
                ()
                if offer.accepted is None
                else (Superseded(limit=offer.accepted, at=self.now + 0.5),)
            )
            kept = tuple(old for old in offer.superseded if old.at > self.now - 30.0)
            self.offers[id_] = Offer(
                accepted=decided.limit, accepted_at=self.now + 0.5, superseded=kept + replaced
            )
        return decision

    def _readings(self) -> Readings:
        total = NO_CURRENT
        connectors = {}
        for id_ in self.site.connectors:
            car = self.cars.get(id_)
            drawn = self.drawn(id_)
            currents = NO_CURRENT if car is None else PhaseCurrents.on(car.phases, drawn)
            total = total.plus(currents)
            tells = id_ not in self.absent and self.now % self.period == 0.0
            if tells and car is not None and car.session is not None:
                self._samples[id_] = self._sample(car, currents, drawn)
            connectors[id_] = self._reading(id_, car)
        if self.house is not None:
            self._circuit_meters["grid"] = MeterReading(
                at=self.now, currents=total.plus(same(self.house(self.now) + self.now % 2 / 50))
            )
        for circuit, house in self.houses.items():
            if house is not None:
                self._circuit_meters[circuit] = MeterReading(
                    at=self.now,
                    currents=self.carried(circuit).plus(same(house(self.now) + self.now % 2 / 50)),
                )
        return Readings(connectors=connectors, meters=dict(self._circuit_meters))

    def _sample(self, car: Car, currents: PhaseCurrents, drawn: float) -> Sample:
        """What a charger tells: currents, or the power of all phases, or the highest current."""
        if car.shares_watts and not car.tells_phases:
            power = drawn * len(car.phases)
            return Sample(at=self.now, currents=None, highest=power, lowest=power / 3.0)
        return Sample(at=self.now, currents=currents if self.phases_told else None, highest=drawn)

    def carried(self, circuit: str) -> PhaseCurrents:
        """What the cars behind a circuit draw together, A."""
        total = NO_CURRENT
        for id_, car in self.cars.items():
            if circuit in self.site.path(self.site.connectors[id_].circuit):
                total = total.plus(PhaseCurrents.on(car.phases, self.drawn(id_)))
        return total

    def _reading(self, id_: ConnectorId, car: Car | None) -> ConnectorReading:
        offer = self.offers[id_]
        if car is None:
            status, since = Status.AVAILABLE, 0.0
        elif car.status is not None:
            status, since = car.status, car.status_since
        else:
            limit = 32.0 if offer.accepted is None else offer.accepted
            status = Status.CHARGING if limit >= 6.0 else Status.SUSPENDED_EVSE
            if limit >= 6.0 and not car.takes(limit, self.now):
                status = Status.SUSPENDED_EV
            before, since = self._told.get(id_, (status, car.since))
            since = since if status is before else self.now
            self._told[id_] = status, max(since, car.since)
        if id_ in self.offline and self.readings_of_offline is not None:
            status = self.readings_of_offline
        return ConnectorReading(
            online=id_ not in self.absent,
            met=id_ not in self.never_met,
            status=Status.UNKNOWN if id_ in self.never_met else status,
            status_since=since,
            session=None if car is None else car.session,
            session_since=0.0 if car is None else car.since,
            id_tag=None if car is None or car.session is None else car.tag,
            phases_used=None if car is None else car.phases_used,
            most=None if car is None else car.most,
            sample=self._samples.get(id_),
            offer=offer,
            disobeys=self._disobeys(id_),
            minimum_to_start=self._minimum_to_start(id_, car),
        )

    def _minimum_to_start(self, id_: ConnectorId, car: Car | None) -> float | None:
        """What is set aside on each phase for a car that shares watts among them."""
        if car is None or not car.shares_watts:
            return None
        memory = self.memory.connectors.get(id_)
        phases = 3 if memory is None or memory.learned is None else len(memory.learned)
        return 6.0 * phases if phases > 1 else None

    def _disobeys(self, id_: ConnectorId) -> bool:
        """The verdict of who keeps the limits: its chargers are told again when it is due."""
        compliance, sample = self._compliance[id_], self._samples.get(id_)
        if sample is not None:
            bound = bound_at(self.offers[id_], sample.at)
            compliance.saw(sample.at_least, sample.at, bound, self.now)
        if compliance.act_at is not None and compliance.act_at <= self.now:
            compliance.told(self.now)
        return compliance.disobeys


def thesis_bench(**settings: Any) -> Bench:
    """The thesis's site: 16 A, everything counted on one phase, the minimum for all."""
    return Bench(
        make_site(
            3,
            16.0,
            rated=20.0,
            policy=Policy.MINIMUM_FOR_ALL,
            phase_choice=PhaseChoice.HIGHEST_PHASE,
            **settings,
        )
    )
