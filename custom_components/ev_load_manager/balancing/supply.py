"""What chargers may draw through every circuit now: settings, building and safe limit."""

from collections.abc import Mapping
from dataclasses import dataclass

from .alarm import Alarm
from .car_phases import learn_from_meter
from .decision import Mode
from .layout import Layout
from .memory import Memory
from .other_load import HOLD_MARGIN, DrawEvidence
from .phases import ALL_PHASES, NO_CURRENT, Phase, PhaseCurrents, Phases
from .readings import ConnectorReading, Readings
from .reserve import is_empty, loaded_phases
from .site import Connector, ConnectorId, Policy

METER_NOISE = 0.5
"""A by which the held other load may be above the truth beside its margin."""
CHANGE_OVER = 300.0
"""Seconds in which the safe limit raises nobody above what the building left when the
meter was last believed: a passing fault of a meter must not cost the fuse."""


@dataclass(slots=True, kw_only=True)
class Supply:
    """Circuit -> A per phase, and where it comes from."""

    mode: Mode
    limits: dict[str, PhaseCurrents]
    """By settings (and safe limit) alone: nobody has to wait before it is kept."""
    capacity: dict[str, PhaseCurrents]
    """What is left of them beside the building."""
    rated: dict[str, PhaseCurrents]
    """What the fuses leave beside the building."""
    other_load: PhaseCurrents | None = None
    available: PhaseCurrents | None = None
    building_rose: bool = False
    """The building takes more than at the last step."""


def supply(layout: Layout, readings: Readings, memory: Memory, alarm: Alarm) -> Supply:
    """Work out what every circuit can carry for chargers at this moment."""
    site = layout.site
    grid = site.grid
    if grid is None or grid not in site.circuits:
        memory.left = None
        return _of_settings(layout, Mode.DYNAMIC if site.balancing else Mode.OFF)
    draws = _draws(layout, readings, memory, alarm)
    engaged = memory.safe_limit.update(
        meter=readings.meter,
        charger_draw=_measured(layout, readings),
        rated=site.circuits[grid].rated,
        now=alarm.now,
        timeout=site.meter_timeout,
    )
    if engaged or readings.meter is None:
        memory.steps.forget()
    else:
        learn_from_meter(
            layout.behind_meter,
            readings.connectors,
            memory,
            readings.meter,
            now=alarm.now,
            latency=site.meter_latency,
        )
    other_load = memory.other_load.update(
        # A reading that can't be would be held beyond the safe limit's end,
        # and pause everyone then.
        meter=None if memory.safe_limit.is_implausible else readings.meter,
        draws=draws,
        now=alarm.now,
        latency=site.meter_latency,
        allow_export=site.allow_export_charging,
        doubtful=memory.doubt.phases,
    )
    if readings.meter is not None:
        alarm.passed(readings.meter.at + site.meter_timeout)
    if not site.balancing or not site.adaptive:
        found = _of_settings(layout, Mode.DYNAMIC if site.balancing else Mode.OFF)
        found.other_load = other_load
        memory.held = memory.left = None
        return found
    if engaged or other_load is None:
        memory.held = None
        return _of_safe_limit(layout, memory, alarm)
    _doubt_wiring(layout, readings, memory, draws)
    if site.policy is Policy.MINIMUM_FOR_ALL:
        # Thesis 6.3.6 takes the other load as it is; its policy doesn't keep
        # the user's limit to the last tenth of an ampere.
        other_load = other_load.each(lambda amperes: max(0.0, amperes - HOLD_MARGIN))
    before, memory.held = memory.held, other_load
    free = site.circuits[grid].capacity.minus(other_load)
    memory.left = available = _available(layout, free)
    # The held value is above the truth, for calm; a fuse that carries the
    # minimum for all must not be taken for too small because of that.
    load = other_load.each(lambda amperes: amperes - HOLD_MARGIN - METER_NOISE)
    return Supply(
        mode=Mode.ADAPTIVE,
        limits=layout.limits,
        capacity=layout.limits | {grid: layout.counted(grid, free)},
        rated=layout.rated
        | {grid: layout.counted(grid, site.circuits[grid].rated.minus(load.highest(NO_CURRENT)))},
        other_load=other_load,
        available=available,
        building_rose=before is not None and any(map(float.__gt__, other_load, before)),
    )


def _doubt_wiring(
    layout: Layout,
    readings: Readings,
    memory: Memory,
    draws: Mapping[ConnectorId, DrawEvidence],
) -> None:
    """Find out whether somebody loads a phase who should not."""
    site = layout.site
    estimate = memory.other_load.estimate
    if readings.meter is None or estimate is None or site.grid is None:
        return
    drawing = [draw for draw in draws.values() if draw.session and draw.offered > 0.0]
    memory.doubt.update(
        meter=readings.meter,
        other_load=estimate,
        rated=site.circuits[site.grid].rated,
        strangers=frozenset().union(*(ALL_PHASES - draw.phases for draw in drawing)),
        idle=not drawing,
        latency=site.meter_latency,
    )


def _of_settings(layout: Layout, mode: Mode) -> Supply:
    group = layout.group
    return Supply(
        mode=mode,
        limits=layout.limits,
        capacity=layout.limits,
        rated=layout.rated,
        available=None if group is None else layout.limits[group],
    )


def _of_safe_limit(layout: Layout, memory: Memory, alarm: Alarm) -> Supply:
    """The meter says nothing: the group shares what is free in any case."""
    assert layout.group is not None
    safe = layout.site.safe_limit or NO_CURRENT
    lowered = layout.limits[layout.group].lowest(layout.counted(layout.group, safe))
    limits = layout.limits | {layout.group: lowered}
    capacity = limits
    since = memory.safe_limit.since
    if memory.left is not None and since is not None and not alarm.passed(since + CHANGE_OVER):
        # What the building took a moment ago it may well go on taking.
        lowered = lowered.lowest(memory.left)
        capacity = limits | {layout.group: lowered}
    return Supply(
        mode=Mode.SAFE_LIMIT,
        limits=limits,
        capacity=capacity,
        rated=layout.rated,
        available=lowered,
    )


def _available(layout: Layout, free: PhaseCurrents) -> PhaseCurrents:
    assert layout.group is not None
    group = layout.site.circuits[layout.group]
    return layout.counted(group.id, group.capacity.lowest(free).highest(NO_CURRENT))


def _draws(
    layout: Layout, readings: Readings, memory: Memory, alarm: Alarm
) -> dict[ConnectorId, DrawEvidence]:
    """What the chargers behind the meter tell of their draw."""
    grid = layout.site.grid
    draws = {}
    for id_, path in layout.paths.items():
        reading = readings.connectors.get(id_)
        if grid not in path or reading is None:
            continue
        connector = layout.site.connectors[id_]
        remembered = memory.connectors.get(id_)
        phases = (
            connector.wired_phases
            if remembered is None
            else loaded_phases(connector.wired_phases, remembered, alarm)
        )
        draws[id_] = _evidence(connector, reading, phases, alarm.now)
    return draws


def _evidence(
    connector: Connector, reading: ConnectorReading, phases: Phases, now: float
) -> DrawEvidence:
    offer = reading.offer
    accepted = connector.hardware_maximum if offer.accepted is None else offer.accepted
    in_flight = max(offer.in_flight, default=0.0)
    sample = reading.sample
    if sample is not None and reading.session is not None and sample.at < reading.session_since:
        sample = None
    newest = max(offer.superseded, key=lambda old: old.at, default=None)
    return DrawEvidence(
        sample=sample,
        phases=phases,
        offered=max(accepted, in_flight),
        offer_changed_at=now if in_flight > accepted else offer.accepted_at,
        previous_offer=accepted if newest is None else newest.limit,
        session=not is_empty(reading),
    )


def _measured(layout: Layout, readings: Readings) -> PhaseCurrents:
    """The sum of the chargers' newest reports, A."""
    total = NO_CURRENT
    for outlet in layout.outlets:
        reading = readings.connectors.get(outlet.connector.id)
        if reading is not None:
            total = total.plus(measured_current(outlet.connector, reading))
    return total


def measured_current(connector: Connector, reading: ConnectorReading) -> PhaseCurrents:
    """What a connector was last seen to draw on the grid's phases, A."""
    sample = reading.sample
    if sample is None or is_empty(reading):
        return NO_CURRENT
    if sample.currents is not None:
        return sample.currents
    return PhaseCurrents(
        *(sample.highest if phase in connector.wired_phases else 0.0 for phase in Phase)
    )
