"""Chargers that take no limit of 0 A: their cars wait for current without a session."""

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.balancing.site import ConnectorId
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from tests.csms.client import Client
from tests.groups import ago, charger, client, set_up, start_session, tell_values, until_step
from tests.system.adaptive.conftest import Grid, metered, settings, until_mode

OUTLET = ConnectorId("GARO", 1)


async def pause(grid: Grid, socket: Client) -> None:
    """Let the building leave too little for the car, and the charger end its session."""
    transaction_id = await start_session(socket)
    await tell_values(socket, (6.0, 0.0, 0.0))
    grid.currents = (18.0, 18.0, 18.0)
    assert await socket.next_call("RemoteStopTransaction") == {"transactionId": transaction_id}
    await socket.call(
        "StopTransaction", transactionId=transaction_id, meterStop=0, timestamp=ago(0)
    )
    await socket.status("Finishing")


def asked(socket: Client) -> list[str]:
    """What the charger was asked since somebody looked last."""
    return [socket.asked.get_nowait()[0] for _ in range(socket.asked.qsize())]


async def test_a_car_whose_session_was_stopped_waits_for_current_and_starts_no_sooner(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (1.0, 1.0, 1.0)
    entry = metered(settings(meter), charger("GARO", profile="garo_entity"))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    manager = entry.runtime_data
    async with client(entry, "GARO") as garo:
        for action in ("ChangeConfiguration", "RemoteStopTransaction", "RemoteStartTransaction"):
            garo.answers[action] = {"status": "Accepted"}
        await garo.boot()
        assert manager.site.connectors[OUTLET].fallback == 6.0
        await pause(grid, garo)
        await until_step(
            entry, lambda: manager.readings.connectors[OUTLET].status is Status.SUSPENDED_EVSE
        )
        stopped_at = clock.monotonic()

        await until_step(entry, lambda: clock.monotonic() > stopped_at + 100.0)

        assert "RemoteStartTransaction" not in asked(garo)
        assert manager.decision.connectors[OUTLET].limit == 0.0
        assert manager.decision.connectors[OUTLET].reason is Reason.WAITING_FOR_ROOM
        assert max(manager.decision.connectors[OUTLET].reserved) == 0.0


async def test_nobody_goes_on_with_the_session_of_a_car_that_has_left(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (1.0, 1.0, 1.0)
    entry = metered(settings(meter), charger("GARO", profile="garo_entity"))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    manager = entry.runtime_data
    async with client(entry, "GARO") as garo:
        for action in ("ChangeConfiguration", "RemoteStopTransaction", "RemoteStartTransaction"):
            garo.answers[action] = {"status": "Accepted"}
        await garo.boot()
        await pause(grid, garo)
        await garo.status("Available")
        await until_step(
            entry, lambda: manager.readings.connectors[OUTLET].status is Status.AVAILABLE
        )
        left_at = clock.monotonic()

        await until_step(entry, lambda: clock.monotonic() > left_at + 100.0)

        assert "RemoteStartTransaction" not in asked(garo)
