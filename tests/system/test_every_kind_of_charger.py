"""A car charges at every kind of charger that the simulation knows."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import (
    CONF_CONNECTORS,
    CONF_MAXIMUM_CURRENT,
    CONF_RATED_CURRENT,
)
from homeassistant.core import HomeAssistant
from simulation.charger.car import Car, CarModel
from simulation.charger.charger import SimulatedCharger
from simulation.charger.habits import HABITS
from simulation.charger.models import MODELS, ChargerModel
from tests.groups import LOCALHOST, charger, group, set_up

ROOM = 63.0
"""A; nobody has to make way."""
MAXIMUM = 16.0
"""A; what the settings let an outlet give."""
SOON = 240.0
"""Seconds in which a car charges, from the moment at which it is plugged in."""
TOLD_WITHIN = 600.0
"""Seconds in which people are told of a charger that does not follow."""
FOLLOW_NOTHING = {"stubborn": Reason.DOES_NOT_OBEY, "yes_man": Reason.NOT_CONTROLLABLE}
"""Kinds whose cars take what they like, and what people are told of them."""
CAR = CarModel(maximum=32.0, wanted=None)


@asynccontextmanager
async def alone(
    hass: HomeAssistant, kind: str, model: ChargerModel
) -> AsyncGenerator[tuple[SimulatedCharger, MockConfigEntry]]:
    """A charger in a group of its own."""
    entry = group(
        charger(kind, **{CONF_CONNECTORS: model.connectors}),
        **{CONF_RATED_CURRENT: ROOM, CONF_MAXIMUM_CURRENT: ROOM},
    )
    await set_up(hass, entry)
    url = f"ws://{LOCALHOST}:{entry.runtime_data.port}"
    one = SimulatedCharger(model, kind, url, tick=1.0, validate=False)
    await one.start()
    try:
        await one.until(lambda: one.accepted)
        yield one, entry
    finally:
        await one.stop()
        await hass.config_entries.async_remove(entry.entry_id)


def reason(entry: MockConfigEntry, kind: str) -> Reason | None:
    """What people are told of a charger's limit."""
    decision = entry.runtime_data.decision
    return None if decision is None else decision.connectors[ConnectorId(kind, 1)].reason


async def fault(one: SimulatedCharger, entry: MockConfigEntry, kind: str) -> str | None:
    """Plug a car in; what is wrong with how it charges."""
    one.plug_in(1, Car(CAR, name=kind))
    outlet = one.connectors[1]
    try:
        await one.until(lambda: max(outlet.currents) >= 6.0, seconds=SOON)
        if told := FOLLOW_NOTHING.get(kind):
            await one.until(lambda: reason(entry, kind) is told, seconds=TOLD_WITHIN)
    except TimeoutError:
        return f"{max(outlet.currents):.1f} A, {reason(entry, kind)}"
    return None


async def test_a_car_charges_at_every_kind_of_charger(
    hass: HomeAssistant, socket_enabled: None, time_jumps: None
) -> None:
    """Those that follow nothing are told of."""
    found = {}
    for kind, model in (MODELS | HABITS).items():
        async with alone(hass, kind, model) as (one, entry):
            found[kind] = await fault(one, entry, kind)
    assert {kind: what for kind, what in found.items() if what is not None} == {}
