"""What a charger does alone is ours: a backend neither lifts it while we are there, nor once we are gone."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from homeassistant.core import HomeAssistant
from simulation.backends.backend import SimulatedBackend
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import GENERIC
from tests.csms.backends.conftest import until
from tests.csms.backends.test_caps import started
from tests.groups import (
    add_backend,
    charger,
    entity_of,
    group,
    hold_at_zero,
    set_up,
    subentry_id,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled", "hurry")
THEIRS = range(900, 905)
"""Ids of the backend's profiles."""


@pytest.fixture
async def backend(socket_enabled: None) -> AsyncGenerator[SimulatedBackend]:
    """A backend."""
    async with SimulatedBackend() as made:
        yield made


async def home(hass: HomeAssistant, backend: SimulatedBackend | None) -> MockConfigEntry:
    """A group of one charger, with a backend or without."""
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    if backend is not None:
        add_backend(hass, entry, "CP1", url=backend.url, offline="everybody")
        await hass.async_block_till_done()
    return entry


def simulated(entry: MockConfigEntry) -> SimulatedCharger:
    """A charger with profiles of its own that will dial the group's port."""
    return SimulatedCharger(GENERIC, "CP1", f"ws://127.0.0.1:{entry.runtime_data.port}")


def ends_by_itself(box: SimulatedCharger) -> bool:
    """Whether its limit goes over into what it is to do alone; the first one stays until it has that."""
    return any(
        profile.duration is not None or len(profile.periods) > 1 for _, profile in box.profiles
    )


@asynccontextmanager
async def charging(entry: MockConfigEntry) -> AsyncGenerator[SimulatedCharger]:
    """A charger with profiles of its own, at which a car charges with all that it can have."""
    box = simulated(entry)
    await box.start()
    try:
        box.plug_in(1)
        await until(lambda: box.held_limit(1) == 16.0 and ends_by_itself(box))
        yield box
    finally:
        await box.stop()


async def raise_it(backend: SimulatedBackend) -> None:
    """Allow 32 A in every way there is, above every level of ours, and for ever."""
    session = next(iter(backend.bills))
    for connector, made in (
        (0, started((0, 32.0), level=99, id=900, purpose="ChargePointMaxProfile")),
        (0, started((0, 32.0), level=99, id=901)),
        (1, started((0, 32.0), level=99, id=902)),
        (1, started((0, 32.0), level=99, id=903, purpose="TxProfile", transactionId=session)),
    ):
        asked = {"connectorId": connector, "csChargingProfiles": made}
        assert await backend.ask("CP1", "SetChargingProfile", asked) == {"status": "Accepted"}


@pytest.mark.parametrize("with_backend", [False, True])
async def test_a_charger_falls_back_as_without_a_backend_once_home_assistant_is_dead(
    hass: HomeAssistant, backend: SimulatedBackend, with_backend: bool
) -> None:
    entry = await home(hass, backend if with_backend else None)
    async with charging(entry) as box:
        if with_backend:
            await backend.until(lambda: bool(backend.bills))
            await raise_it(backend)
            await clock.sleep(120.0)
        assert box.held_limit(1) == 16.0
        told = {profile.id for _, profile in box.profiles}
        assert told.isdisjoint(THEIRS)
        # From here on nobody is there that could send anything.
        box.link.url = "ws://127.0.0.1:1"
        box.link.cut()
        # Its limit was dated by a clock that may be a minute off.
        await clock.sleep(3700.0)
        assert box.held_limit(1) == 6.0
        await clock.sleep(30.0)
        assert max(box.connectors[1].currents) <= 6.0
        # And so it does after it was without power.
        box.power_off()
        box.power_on()
        await until(lambda: box.running)
        await clock.sleep(60.0)
        assert box.held_limit(1) == 6.0


async def test_a_reset_that_a_backend_wants_shows_what_a_charger_keeps_over_it(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    """It is a reboot that was expected, as one by hand is."""
    entry = await home(hass, backend)
    sensor = entity_of(hass, "sensor", subentry_id(entry, "CP1"), "without_home_assistant")
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, sensor, "verified")
        await hold_at_zero(hass, entry, "CP1")
        await backend.until_heard("BootNotification")
        assert await backend.ask("CP1", "Reset", {"type": "Hard"}) == {"status": "Accepted"}
        await until_state(hass, sensor, lambda state: state.attributes["kept_over_reboot"] is True)
        # It says to its backend, too, who it is.
        await backend.until_heard("BootNotification", 2)
    finally:
        await box.stop()
