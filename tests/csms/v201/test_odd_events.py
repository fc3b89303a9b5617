"""TransactionEvents that say too little, too late, or in the words of the older version."""

from decimal import Decimal
from typing import Any

from ocpp.messages import get_validator
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport import fields
from tests.csms.client import Client

from .test_sessions import energy

CARD = "04A1B2C3"


class _Odd(Client):
    """Says what no schema allows."""

    def __init__(self, central: CentralSystem) -> None:
        super().__init__(central, subprotocols=("ocpp2.0.1",))

    def check(self, kind: int, action: str, payload: dict[str, Any]) -> None:
        """Check what is heard."""
        get_validator(kind, action, "2.0.1", parse_float=Decimal).validate(payload)

    async def event(
        self, kind: str, *, transaction: str = "T1", state: str | None = None, **more: Any
    ) -> None:
        info = {"transactionId": transaction} | ({} if state is None else {"chargingState": state})
        values = more.pop("values", None)
        if values is not None:
            more["meterValue"] = [{"timestamp": more.get("timestamp"), "sampledValue": values}]
        await self.call(
            "TransactionEvent",
            eventType=kind,
            triggerReason="ChargingStateChanged",
            transactionInfo=info,
            evse={"id": 1},
            **more,
        )


@pytest.mark.parametrize(
    ("numbers", "times"),
    [
        ((None, None), (None, None)),
        ((0, 0), ("now", "now")),
        ((57, 0), ("1970-01-01T00:00:07Z", "1970-01-01T00:00:09Z")),
        ((-7, -9), ("0000-00-00T00:00:00Z", "yesterday")),
    ],
    ids=["neither", "always the same", "after a reboot without a clock", "nonsense"],
)
async def test_what_cannot_be_put_in_order_is_the_present(
    central: CentralSystem,
    charger: ChargePoint,
    numbers: tuple[int | None, int | None],
    times: tuple[str | None, str | None],
) -> None:
    states, now = ("Charging", "SuspendedEV"), fields.utc(clock.now())
    async with _Odd(central) as station:
        for kind, state, number, time in zip(
            ("Started", "Updated"), states, numbers, times, strict=True
        ):
            told = {"seqNo": number, "timestamp": now if time == "now" else time}
            await station.event(
                kind, state=state, **{name: one for name, one in told.items() if one is not None}
            )
        assert charger.connectors[1].transaction is not None
        assert charger.connectors[1].status is Status.SUSPENDED_EV


async def test_what_was_queued_without_a_clock_is_not_the_present(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        await station.event("Started", state="Charging", seqNo=57)
        await station.event("Updated", state="SuspendedEV", seqNo=3, offline=True)
        assert charger.connectors[1].status is Status.CHARGING


async def test_a_power_of_ten_that_nobody_can_read_makes_a_value_none(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        for multiplier in ("k", 1.5, [3], 99):
            told = energy(7)
            told["unitOfMeasure"] = {"unit": "Wh", "multiplier": multiplier}
            await station.event("Updated", values=[told])
        assert charger.connector(1).energy is None


async def test_a_unit_counts_where_the_older_version_has_it_too(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        await station.event(
            "Started",
            state="Charging",
            values=[{"value": "7.2", "measurand": "Power.Active.Import", "unit": "kW"}],
        )
        values = charger.connectors[1].values
        assert values is not None
        assert values.power == 7200


async def test_spaces_at_the_ends_of_an_id_are_a_part_of_it(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        await station.event("Started", state="Charging", transaction=" T1 ")
        running = charger.connectors[1].transaction
        assert running is not None
        assert charger.dialect.stop(running.id).payload == {"transactionId": " T1 "}


async def test_one_odd_event_of_a_notification_takes_none_of_the_others_with_it(
    central: CentralSystem, charger: ChargePoint
) -> None:
    def of(evse: int, state: str) -> dict[str, Any]:
        return {
            "component": {"name": "Connector", "evse": {"id": evse, "connectorId": 1}},
            "variable": {"name": "AvailabilityState"},
            "actualValue": state,
        }

    async with _Odd(central) as station:
        told = [of(99, "Available"), of(1, "Confused"), "nothing", of(1, "Occupied")]
        await station.call("NotifyEvent", eventData=told)
        assert charger.connectors[1].status is Status.PREPARING


async def test_a_limit_of_others_for_no_evse_is_one_for_the_station(
    central: CentralSystem, charger: ChargePoint
) -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 9}]}
    async with _Odd(central) as station:
        await station.call(
            "NotifyChargingLimit",
            evseId=None,
            chargingLimit={"chargingLimitSource": "EMS"},
            chargingSchedule=[schedule],
        )
        assert charger.whole.foreign_limit is not None
        assert charger.whole.foreign_limit.amperes == 9.0


async def test_a_limit_of_others_of_nobody_in_particular_is_one_all_the_same(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        await station.call("NotifyChargingLimit", chargingLimit="EMS")
        assert charger.whole.unknown_limit is not None
        assert charger.whole.unknown_limit.source == "Other"
        await station.call("ClearedChargingLimit")
        assert charger.whole.unknown_limit is None


async def test_what_no_car_and_no_cable_can_be_is_not_known(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with _Odd(central) as station:
        for phases, cable in ((0, 0), (4, -13), ("two", 10_000), (None, None)):
            await station.event(
                "Updated", state="Charging", numberOfPhasesUsed=phases, cableMaxCurrent=cable
            )
            outlet = charger.connectors[1]
            assert (outlet.phases_used, outlet.cable_maximum) == (None, None)
        await station.event("Updated", numberOfPhasesUsed=1, cableMaxCurrent=13)
        await station.event("Updated", numberOfPhasesUsed=0, cableMaxCurrent=0)
        assert (outlet.phases_used, outlet.cable_maximum) == (1, 13)
