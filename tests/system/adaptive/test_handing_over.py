"""When Home Assistant stops, nobody follows the meter until it is back."""

from custom_components.ev_load_manager.balancing.decision import Mode
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, client, set_up, start_session, tell_values, until_step
from tests.system.adaptive.conftest import Grid, metered, settings, until_mode


async def test_chargers_get_their_share_of_the_safe_limit_first(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (1.0, 1.0, 1.0)
    entry = metered(settings(meter), charger("LEFT"))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        await tell_values(left, (6.0, 6.0, 6.0))
        keeper = manager.access.control("LEFT").limits.keeper(1)
        await until_step(entry, lambda: (keeper.offer.accepted or 0.0) > 8.0)

        await hass.async_stop(force=True)

        assert keeper.offer.accepted == 8.0
