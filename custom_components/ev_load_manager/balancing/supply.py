"""What chargers may draw through every circuit now: settings, buildings and safe limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from operator import attrgetter

from .car_phases import learn_from_meter
from .deadlines import Deadlines
from .decision import Mode
from .draw_band import DrawEvidence
from .frozen_meter import Drawn
from .memory import ConnectorMemory, Memory, MeterMemory
from .network import Network, Watch
from .other_load import HOLD_MARGIN
from .phases import ALL_PHASES, NO_CURRENT, NO_PHASES, PHASES, PhaseCurrents, Phases
from .power_supply import PowerSupply, see_building, settings_of, take_of_building
from .readings import ConnectorReading, MeterReading, Readings, Status
from .reserve import is_empty, loaded_phases
from .safe_limit import Cause
from .site import Connector, ConnectorId, Policy

METER_NOISE = 0.5
"""A by which the held other load may be above the truth beside its margin."""
CHANGE_OVER = 300.0
"""Seconds in which a safe limit raises nobody above what the building left when the
meter was last believed: a passing fault of a meter must not cost the fuse."""
_RESTS = frozenset({Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})
"""What a charger says whose car takes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a meter is followed at this moment."""

    mode: Mode
    other_load: PhaseCurrents | None
    """What its circuit carries beside the chargers, A; None where that is not known."""
    cause: Cause | None = None
    """Why its safe limit is shared; None while it is not."""
    rose: bool = False
    """It is more than at the last step, and chargers make way for it."""
    over: Phases = NO_PHASES
    """Phases on which it shows more than its circuit's limit."""
    over_since: float | None = None
    """Since when, s; None while it does not."""
    outlived: bool = False
    """It does so in spite of cuts that should have ended it."""


@dataclass(slots=True, kw_only=True)
class Supply:
    """Circuit -> A per phase, and where it comes from."""

    mode: Mode
    limits: dict[str, PhaseCurrents]
    """By settings (and safe limits) alone: nobody has to wait before it is kept."""
    capacity: dict[str, PhaseCurrents]
    """What is left of them beside the building."""
    rated: dict[str, PhaseCurrents]
    """What the fuses leave beside the building."""
    power: PowerSupply
    meters: dict[str, Watched]
    """By the circuits that they measure."""
    other_load: PhaseCurrents | None = None
    """The building's, where the grid connection has a meter."""
    available: PhaseCurrents | None = None
    safe: frozenset[str] = frozenset()
    """Circuits whose chargers share a safe limit."""
    following: frozenset[str] = frozenset()
    """Circuits below which chargers make way for a building."""
    as_before: frozenset[str] = frozenset()
    """Circuits whose meters have not spoken since the start: what they left before counts."""
    headroom: dict[str, PhaseCurrents]
    """Of circuits that are over: what their meters show below the limit, A; negative."""
    drawn: dict[ConnectorId, float]
    """What the cars behind them may be taken to draw there on each phase, A."""
    unseen: dict[str, PhaseCurrents]
    """What is room by `capacity`, but nobody's until a meter has shown so, A."""

    @property
    def is_shared_with_buildings(self) -> bool:
        """Whether buildings take something of what the settings allow."""
        return self.capacity is not self.limits


def supply(
    network: Network,
    readings: Readings,
    memory: Memory,
    deadlines: Deadlines,
    in_force: Mapping[ConnectorId, float],
) -> Supply:
    """Work out what every circuit can carry for chargers at this moment.

    `in_force`: what each connector may draw on each phase that it loads, A.
    """
    site = network.site
    usual = Mode.DYNAMIC if site.balancing else Mode.OFF
    found = Supply(
        mode=usual,
        limits=network.limits,
        capacity=network.limits,
        rated=network.rated,
        power=settings_of(network),
        meters={},
        available=None if network.group is None else network.limits[network.group],
        headroom={},
        drawn={},
        unseen={},
    )
    memory.keep_meters({watch.circuit for watch in network.watches})
    for watch in network.watches:
        found.meters[watch.circuit] = _watched(
            watch, network, readings, memory, deadlines, in_force, otherwise=usual
        )
    if site.grid in found.meters:
        found.mode = found.meters[site.grid].mode
        found.other_load = found.meters[site.grid].other_load
    if any(watch.followed for watch in network.watches):
        _make_way(found, network, memory, deadlines)
        for watch in network.watches:
            if watch.circuit in network.windowed:
                see_building(watch, network, memory, deadlines.now)
        if readings.budgets:
            found.power.keep_windows(readings, network, memory, deadlines.now)
        _look_at_overloads(found, network, memory, deadlines)
    return found


def _watched(
    watch: Watch,
    network: Network,
    readings: Readings,
    memory: Memory,
    deadlines: Deadlines,
    in_force: Mapping[ConnectorId, float],
    *,
    otherwise: Mode,
) -> Watched:
    """Take in what a meter says, and judge it."""
    site = network.site
    meter = memory.meter(watch.circuit)
    at_grid = watch.circuit == site.grid
    reading = readings.meters.get(watch.circuit)
    draws = _draws(watch, readings, memory, deadlines, in_force)
    rated = site.circuits[watch.circuit].rated
    engaged = meter.safe_limit.update(
        meter=reading,
        draws=_seen(watch, readings, deadlines.now),
        rated=rated,
        now=deadlines.now,
        timeout=watch.timeout,
    )
    if engaged or reading is None:
        meter.steps.forget()
    else:
        learn_from_meter(
            watch.behind,
            watch.nearest_to,
            readings.connectors,
            memory,
            meter.steps,
            reading,
            now=deadlines.now,
            latency=watch.latency,
        )
    other_load = meter.other_load.update(
        # A reading that can't be would be held beyond the safe limit's end,
        # and pause everyone then.
        meter=None if meter.safe_limit.is_implausible else reading,
        draws=draws,
        now=deadlines.now,
        latency=watch.latency,
        # The sun is led to the grid connection, and is the whole group's there.
        allow_export=at_grid and site.allow_export_charging,
        doubtful=meter.doubt.phases,
    )
    if reading is not None:
        deadlines.passed(reading.at + watch.timeout)
    if not watch.followed:
        meter.overload.forget()
        meter.held = meter.believed = None
        return Watched(mode=otherwise, other_load=other_load)
    if engaged or other_load is None or reading is None:
        meter.overload.forget()
        meter.held = None
        return Watched(mode=Mode.SAFE_LIMIT, other_load=None, cause=meter.safe_limit.cause)
    _doubt_wiring(reading, meter, rated, draws, watch.latency)
    if site.policy is Policy.MINIMUM_FOR_ALL:
        # Thesis 6.3.6 takes the other load as it is; its policy doesn't keep
        # the user's limit to the last tenth of an ampere.
        other_load = other_load.each(lambda amperes: round(max(0.0, amperes - HOLD_MARGIN), 1))
    metered = meter.other_load.metered
    if metered is not None:
        circuit = site.circuits[watch.circuit]
        # A policy that exceeds the limit on purpose is over only where it may not be.
        kept = circuit.bound if site.policy is Policy.MINIMUM_FOR_ALL else circuit.capacity
        meter.overload.update(network.counted(watch.circuit, kept.minus(metered)), reading.at)
    before = meter.held
    meter.held = meter.believed = other_load
    rose = before is not None and any(map(float.__gt__, other_load, before))
    return Watched(
        mode=Mode.ADAPTIVE,
        other_load=other_load,
        rose=rose,
        over=meter.overload.phases,
        over_since=min(meter.overload.since.values()) if meter.overload.phases else None,
        outlived=meter.overload.outlived,
    )


def _look_at_overloads(
    found: Supply, network: Network, memory: Memory, deadlines: Deadlines
) -> None:
    """See what circuits carry too much, and what their cars can give back."""
    for watch in network.watches:
        over = found.meters[watch.circuit].over
        if not over:
            continue
        meter = memory.meter(watch.circuit)
        metered = meter.other_load.metered
        assert metered is not None
        circuit = network.site.circuits[watch.circuit]
        left = network.counted(watch.circuit, circuit.capacity.minus(metered))
        found.headroom[watch.circuit] = PhaseCurrents(
            *(left[phase] - HOLD_MARGIN if phase in over else inf for phase in PHASES)
        )
        drawn = meter.other_load.drawn(
            deadlines.now, watch.latency, at_least=meter.overload.outlived
        )
        for id_, amperes in drawn.items():
            found.drawn[id_] = min(amperes, found.drawn.get(id_, amperes))


def _doubt_wiring(
    reading: MeterReading | None,
    meter: MeterMemory,
    rated: PhaseCurrents,
    draws: Mapping[ConnectorId, DrawEvidence],
    latency: float,
) -> None:
    """Find out whether somebody loads a phase who should not."""
    estimate = meter.other_load.estimate
    if reading is None or estimate is None:
        return
    drawing = [draw for draw in draws.values() if draw.session and draw.offered > 0.0]
    meter.doubt.update(
        meter=reading,
        other_load=estimate,
        rated=rated,
        strangers=frozenset().union(*(ALL_PHASES - draw.phases for draw in drawing)),
        idle=not drawing,
        latency=latency,
    )


def _make_way(found: Supply, network: Network, memory: Memory, deadlines: Deadlines) -> None:
    """Leave the buildings what the meters show, and share safe limits where they are silent."""
    circuits = network.site.circuits
    limits = dict(network.limits)
    loads: dict[str, PhaseCurrents] = {}
    left: dict[str, PhaseCurrents] = {}
    unseen: dict[str, PhaseCurrents] = {}
    taken: dict[str, float] = {}
    for watch in network.watches:
        watched, counts_on = found.meters[watch.circuit], watch.counts_on
        if watched.mode is Mode.ADAPTIVE and watched.other_load is not None:
            load = watched.other_load
            found.following |= {watch.circuit}
            not_seen = memory.meter(watch.circuit).other_load.unseen
            if not_seen != NO_CURRENT:
                for circuit in counts_on:
                    unseen[circuit] = unseen.get(circuit, NO_CURRENT).plus(not_seen)
        elif (kept := _before_the_start(watch, memory, deadlines)) is not None:
            load = kept
            found.as_before |= {watch.circuit}
        elif watched.mode is Mode.SAFE_LIMIT:
            load, counts_on = _unseen(watch, network, memory, deadlines), counts_on[1:]
            found.safe |= {watch.lowered}
            lowered = network.counted(watch.lowered, watch.safe_limit)
            limits[watch.lowered] = limits[watch.lowered].lowest(lowered)
            left |= _left(watch, network, memory, deadlines)
        else:
            continue
        if network.powered:
            take_of_building(taken, watch, load, network, memory)
        for circuit in counts_on:
            # What flows back through one feeder need not be there for the others.
            counted = load if circuit == watch.circuit else load.highest(NO_CURRENT)
            loads[circuit] = loads.get(circuit, NO_CURRENT).plus(counted)
    capacity, rated = dict(limits), dict(network.rated)
    for circuit, load in loads.items():
        free = network.counted(circuit, circuits[circuit].capacity.minus(load))
        capacity[circuit] = free.lowest(limits[circuit]) if circuit in found.safe else free
        if circuit in unseen:
            seen = circuits[circuit].capacity.minus(load).minus(unseen[circuit])
            found.unseen[circuit] = free.minus(network.counted(circuit, seen))
        # The held value is above the truth, for calm; a fuse that carries the
        # minimum for all must not be taken for too small because of that.
        least = load.each(lambda amperes: max(0.0, amperes - HOLD_MARGIN - METER_NOISE))
        rated[circuit] = network.counted(circuit, circuits[circuit].bound.minus(least))
    for circuit, currents in left.items():
        capacity[circuit] = capacity[circuit].lowest(currents)
    found.limits, found.capacity, found.rated = limits, capacity, rated
    if taken:
        found.power.make_way(taken)
    if network.group is not None:
        found.available = _available(found, network)


def _before_the_start(watch: Watch, memory: Memory, deadlines: Deadlines) -> PhaseCurrents | None:
    """What its circuit carried beside the chargers before Home Assistant started, A.

    None where that is long ago, or the meter has had its time to speak. Cutting all to
    the safe limit until it has would pause cars at each start of Home Assistant.
    """
    meter = memory.meter(watch.circuit)
    safe = meter.safe_limit
    if (
        safe.cause is not Cause.STARTING
        or safe.since is None
        or not memory.is_starting(deadlines.now)
    ):
        return None
    return None if deadlines.passed(safe.since + watch.timeout) else meter.believed


def _unseen(watch: Watch, network: Network, memory: Memory, deadlines: Deadlines) -> PhaseCurrents:
    """What to reckon with above a meter that is silent, A.

    All that its fuse leaves beside its safe limit: so much was held possible, and may begin
    unseen at any moment. What it showed last counts where that is more, and alone where it
    has only not spoken yet: as long as a meter may be silent.
    """
    meter = memory.meter(watch.circuit)
    since = meter.safe_limit.since
    possible = network.site.circuits[watch.circuit].rated.minus(watch.safe_limit)
    if meter.believed is None:
        return possible
    if (
        meter.safe_limit.cause is Cause.STARTING
        and since is not None
        and not deadlines.passed(since + watch.timeout)
    ):
        return meter.believed
    return possible.highest(meter.believed)


def _left(
    watch: Watch, network: Network, memory: Memory, deadlines: Deadlines
) -> dict[str, PhaseCurrents]:
    """What the building left before its meter fell silent, as long as that counts."""
    meter = memory.meter(watch.circuit)
    since = meter.safe_limit.since
    if meter.believed is None or since is None or deadlines.passed(since + CHANGE_OVER):
        return {}
    # What it took a moment ago it may well go on taking.
    free = network.site.circuits[watch.circuit].capacity.minus(meter.believed)
    return {watch.lowered: network.counted(watch.lowered, free.highest(NO_CURRENT))}


def _available(found: Supply, network: Network) -> PhaseCurrents:
    """What the group's chargers may draw together, A."""
    assert network.group is not None and network.site.grid is not None
    available = found.capacity[network.group].lowest(found.limits[network.group])
    if found.mode is Mode.ADAPTIVE and found.other_load is not None:
        free = network.site.circuits[network.site.grid].capacity.minus(found.other_load)
        available = available.lowest(network.counted(network.group, free))
    return available.highest(NO_CURRENT)


def _draws(
    watch: Watch,
    readings: Readings,
    memory: Memory,
    deadlines: Deadlines,
    in_force: Mapping[ConnectorId, float],
) -> dict[ConnectorId, DrawEvidence]:
    """What the chargers behind a meter tell of their draw."""
    draws = {}
    for id_, connector in watch.behind.items():
        reading = readings.connectors.get(id_)
        if reading is None:
            continue
        remembered = memory.connectors.get(id_)
        phases = (
            connector.wired_phases
            if remembered is None
            else loaded_phases(connector.wired_phases, remembered, deadlines)
        )
        draws[id_] = _evidence(connector, reading, phases, in_force[id_], remembered, deadlines.now)
    return draws


def _evidence(
    connector: Connector,
    reading: ConnectorReading,
    phases: Phases,
    reserved: float,
    remembered: ConnectorMemory | None,
    now: float,
) -> DrawEvidence:
    offer = reading.offer
    accepted = connector.hardware_maximum if offer.accepted is None else offer.accepted
    in_flight = max(offer.in_flight) if offer.in_flight else 0.0
    sample = reading.sample
    if sample is not None and reading.session is not None and sample.at < reading.session_since:
        sample = None
    excess = shortfall = 0.0
    if remembered is not None:
        car = remembered.car
        excess = car.excess_above(reserved) if car.excess else 0.0
        shortfall = car.model.shortfall or 0.0
    newest = max(offer.superseded, key=attrgetter("at")) if offer.superseded else None
    return DrawEvidence(
        sample=sample,
        phases=phases,
        offered=max(accepted, in_flight),
        offer_changed_at=now if in_flight > accepted else offer.accepted_at,
        previous_offer=accepted if newest is None else newest.limit,
        session=not is_empty(reading),
        reserved=reserved,
        excess=excess,
        shortfall=shortfall,
        rests_since=reading.status_since if reading.status in _RESTS else None,
        connected_since=None if remembered is None else remembered.online_since,
    )


def _seen(watch: Watch, readings: Readings, now: float) -> dict[ConnectorId, Drawn]:
    """What the chargers behind a meter were last seen to draw, as far as they told."""
    seen = {}
    for id_, connector in watch.behind.items():
        reading = readings.connectors.get(id_)
        if reading is None or not reading.met:
            continue
        if is_empty(reading):
            seen[id_] = Drawn(currents=NO_CURRENT, at=now)
        elif reading.sample is not None:
            seen[id_] = Drawn(currents=measured_current(connector, reading), at=reading.sample.at)
    return seen


def measured_current(connector: Connector, reading: ConnectorReading) -> PhaseCurrents:
    """What a connector was last seen to draw on the grid's phases, A; surely, if not exactly."""
    sample = reading.sample
    if sample is None or is_empty(reading):
        return NO_CURRENT
    if sample.currents is not None:
        return sample.currents
    return PhaseCurrents.on(connector.wiring, sample.at_least)
