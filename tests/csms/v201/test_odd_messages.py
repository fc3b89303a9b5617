"""What stations say otherwise than part 2 has it, or seldom: it is taken for what it can mean."""

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem

from .station import Station
from .test_sessions import energy

CARD = "04A1B2C3"


async def test_what_is_said_of_no_connector_is_said_of_all_of_an_evse(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.status("Occupied", 1, 0)
        assert charger.connectors[1].status is Status.PREPARING
        await station.status("Available", 1, 1)
        assert charger.connectors[1].status is Status.AVAILABLE
        await station.status("Occupied", 1, 2)
        await station.status("Available", 1, 0)
        assert charger.connectors[1].status is Status.AVAILABLE


@pytest.mark.parametrize("same_moment", [False, True])
async def test_values_of_the_end_may_come_before_those_of_the_beginning(
    central: CentralSystem, charger: ChargePoint, same_moment: bool
) -> None:
    async with Station(central) as station:
        await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD, ago=100)
        began, ended = station.time(0 if same_moment else 100), station.time()
        await station.tell(
            "TransactionEvent",
            eventType="Ended",
            timestamp=ended,
            triggerReason="EVDeparted",
            seqNo=9,
            transactionInfo={"transactionId": "T1"},
            meterValue=[
                {"timestamp": ended, "sampledValue": [energy(900, context="Transaction.End")]},
                {"timestamp": began, "sampledValue": [energy(100, context="Transaction.Begin")]},
            ],
        )
        over = charger.connectors[1].last_transaction
        assert over is not None
        assert over.end is not None
        assert (over.end.register, over.charged) == (900, 800)


async def test_a_limit_of_others_holds_though_it_is_told_again_without_its_schedule(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        schedule = {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
        }
        ems = {"chargingLimit": {"chargingLimitSource": "EMS"}, "evseId": 1}
        await station.tell("NotifyChargingLimit", chargingSchedule=[schedule], **ems)
        await station.tell("NotifyChargingLimit", **ems)
        limit = charger.connectors[1].foreign_limit
        assert limit is not None
        assert limit.amperes == 10.0
