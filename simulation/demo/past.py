"""The hours before: what a garage did until now, for the history of a Home Assistant just started.

The plant in numbers lives through an afternoon, its cars led by the integration's own
controller; what the meter showed is written where Home Assistant keeps the past.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from custom_components.ev_load_manager.balancing import controller
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import Site
from custom_components.ev_load_manager.config.site_builder import GRID, GROUP
from custom_components.ev_load_manager.data_files.stored import Stored
from custom_components.ev_load_manager.history.safe_limit_log import SafeLimitLog
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import States
from homeassistant.components.recorder.util import session_scope

from ..plant.plant import Appliance, Fault, House, Meter, Plant
from ..plant.plant_cars import Outlet, Visit
from ..set_up import Group

HOUR = 3600.0
LENGTH = 6 * HOUR
EVERY = 10.0
"""Seconds between two values that are kept."""
STEP = 1.0
"""Seconds of the plant's time per step."""
WARM_UP = 300.0
"""Seconds that nobody is told of: a meter that was just found has to prove itself."""

SILENT = (3.6 * HOUR, 3.8 * HOUR)
"""When the meter said nothing."""
LOWERED = (1.9 * HOUR, 2.7 * HOUR)
LOWERED_TO = 12.0
"""A; what an automation set the group's limit to then."""

VISITS: Mapping[str, tuple[Visit, ...]] = {
    "EVBOX-1": (
        Visit(arrives=0.4 * HOUR, leaves=2.4 * HOUR, ampere_hours=14.0, phases=1),
        Visit(arrives=4.2 * HOUR, leaves=5.6 * HOUR, ampere_hours=60.0, phases=1),
    ),
    "EVBOX-2": (Visit(arrives=1.1 * HOUR, leaves=5.2 * HOUR, ampere_hours=26.0, phases=1),),
    "ALFEN": (Visit(arrives=0.8 * HOUR, leaves=5.8 * HOUR, ampere_hours=32.0),),
    "GENERIC": (Visit(arrives=3.1 * HOUR, leaves=4.9 * HOUR, ampere_hours=40.0),),
}
"""Who came to the first outlet of which charger."""
HOUSE = House(
    base=PhaseCurrents(1.5, 1.0, 1.2),
    appliances=(
        Appliance(phases=frozenset({Phase.L1}), amperes=7.0, on=(120, 400), off=(1500, 4000)),
        Appliance(phases=frozenset({Phase.L2}), amperes=9.0, on=(900, 1800), off=(5000, 9000)),
        Appliance(phases=frozenset(Phase), amperes=5.0, on=(900, 1800), off=(2400, 5400)),
        Appliance(phases=frozenset({Phase.L3}), amperes=0.7, on=(600, 900), off=(900, 1500)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How it was; currents in A per phase."""

    at: float
    """Seconds from the beginning."""
    limit: float
    """What the chargers might draw together."""
    chargers: PhaseCurrents
    grid: PhaseCurrents | None
    """What the meter showed; None while it said nothing."""
    other_load: PhaseCurrents | None
    """What the building drew, as far as the meter told."""
    cause: Cause | None
    """Why the safe limit was in force, if it was."""


def afternoon(site: Site, seconds: float = LENGTH) -> Iterator[Moment]:
    """Live through it with the garage's own site (`demo.garage`), one moment every `EVERY`."""
    lowered = replace(site.circuits[GROUP], limit=PhaseCurrents.same(LOWERED_TO))
    site_then = replace(site, circuits={**site.circuits, GROUP: lowered})
    plant = Plant(
        [
            Outlet(
                id=connector.id,
                wiring=connector.wiring,
                visits=VISITS.get(connector.id.charger, ()) if connector.id.number == 1 else (),
            )
            for connector in site.connectors.values()
        ],
        HOUSE,
        Meter(noise=0.1, faults=((Fault.SILENT, *SILENT),)),
        seed=4,
        start=-WARM_UP,
    )
    memory = controller.Memory()
    told = 0.0
    while plant.now < seconds:
        news = plant.step(STEP)
        here = site_then if LOWERED[0] <= plant.now < LOWERED[1] else site
        readings = plant.readings()
        if news:
            decision = controller.step(here, readings, memory, plant.now)
            plant.apply({id_: one.limit for id_, one in decision.connectors.items()})
        if plant.now < told:
            continue
        told += EVERY
        meter = readings.meters.get(GRID)
        yield Moment(
            at=plant.now,
            limit=here.circuits[GROUP].limit[0],
            chargers=plant.drawn,
            grid=None if meter is None or plant.now - meter.at > EVERY else meter.currents,
            other_load=decision.other_load,
            cause=memory.meter(GRID).safe_limit.cause,
        )


async def remember(group: Group) -> None:
    """Give a garage of the demo a past: in Home Assistant's history, and in its safe-limit log."""
    manager = group.hass.config_entries.async_get_known_entry(group.entry_id).runtime_data
    moments = tuple(afternoon(manager.site))
    grid_limit = f"{manager.live.settings.grid_maximum_current}"
    values = {
        group.entity("maximum_current"): [f"{one.limit}" for one in moments],
        group.entity("grid_maximum_current"): [grid_limit for _ in moments],
    }
    for phase in Phase:
        name = phase.name.lower()
        values |= {
            group.entity(f"chargers_current_{name}"): [
                _state(one.chargers, phase) for one in moments
            ],
            group.entity(f"grid_current_{name}"): [_state(one.grid, phase) for one in moments],
            group.entity(f"other_load_{name}"): [_state(one.other_load, phase) for one in moments],
        }
    recorder = get_instance(group.hass)
    await recorder.async_block_till_done()
    times = [one.at for one in moments]
    began = await recorder.async_add_executor_job(_write, recorder, times, values)
    log = SafeLimitLog()
    for one in moments:
        when = datetime.fromtimestamp(began + one.at, UTC)
        log.note(one.cause, limit=manager.live.settings.safe_limit, now=when)
    manager.records.safe_limit_log = SafeLimitLog(
        map(Stored, [*log.to_list(), *manager.records.safe_limit_log.to_list()])
    )


def _state(currents: PhaseCurrents | None, phase: Phase) -> str:
    return "unavailable" if currents is None else f"{currents[phase]:.2f}"


def _write(recorder: Recorder, times: Sequence[float], values: Mapping[str, list[str]]) -> float:
    """Write states that end where the recorder's own begin; tells when they began, s since 1970."""
    with session_scope(session=recorder.get_session()) as session:
        ids = {
            entity: recorder.states_meta_manager.get(entity, session, from_recorder=False)
            for entity in values
        }
        known = select(func.min(States.last_updated_ts)).where(States.metadata_id.in_(ids.values()))
        began: float = session.execute(known).scalar_one() - LENGTH
        session.execute(
            insert(States),
            [
                {"metadata_id": ids[entity], "state": state, "last_updated_ts": began + at}
                for entity, states in values.items()
                for at, state in zip(times, states, strict=True)
            ],
        )
    return began
