"""How soon a charger that was away in the middle of a session has its limit again.

Time jumps to the next event here, so that only what somebody waits for counts,
and not how busy this machine is.
"""

import asyncio
from dataclasses import replace

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import (
    ALFEN_EVE_DOUBLE,
    EVBOX_G4,
    GENERIC,
    KEY_CONTROLLED,
    NO_BOOT,
    STACK_ZERO,
    ChargerModel,
)
from tests.csms.waiting import in_jumping_time

pytestmark = pytest.mark.usefixtures("socket_enabled")

CATALOGUE = load_catalogue()


async def seconds_until_limited_again(model: ChargerModel) -> float:
    """Cut a charger off in the middle of a session, and change its limit meanwhile."""
    central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(100))
    await central.start()
    charger = SimulatedCharger(model, "CP1", f"ws://127.0.0.1:{central.port}", back_off=(5.0, 5.0))
    point = central.add("CP1")
    for number in range(1, model.connectors + 1):
        point.connector(number)
    control = ChargerControl(point, CATALOGUE)
    try:
        keeper = point.connector(1).keeper
        assert keeper is not None
        keeper.set_terms(6.0, 300.0)
        keeper.want(16.0)
        await charger.start()
        charger.plug_in(1)
        while point.connector(1).transaction is None or keeper.offer.accepted != 16.0:
            await clock.sleep(1.0)
        await clock.sleep(60.0)

        charger.cut()
        while point.online:
            await clock.sleep(0.1)
        keeper.want(8.0)
        while not point.online:
            await asyncio.sleep(0.01)
        back = clock.monotonic()
        while keeper.offer.accepted != 8.0:
            await asyncio.sleep(0.01)
        return clock.monotonic() - back
    finally:
        await control.close()
        await charger.stop()
        await central.stop()


@pytest.mark.parametrize(
    "model",
    [
        GENERIC,
        replace(GENERIC, model="Forgets", drops_profiles_offline=True),
        NO_BOOT,
        STACK_ZERO,
        replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"),
        EVBOX_G4,
        ALFEN_EVE_DOUBLE,
    ],
    ids=lambda model: model.model,
)
def test_a_charger_that_comes_back_in_a_session_has_its_limit_within_two_seconds(
    model: ChargerModel,
) -> None:
    assert in_jumping_time(seconds_until_limited_again(model)) <= 2.0
