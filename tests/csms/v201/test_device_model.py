"""What a station can do is told by its device model: by name at once, and in parts later."""

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.v201 import device_model
from tests.csms.client import Client
from tests.csms.waiting import until

from .conftest import keeper_of
from .station import ACCEPTED, SILENCE, VARIABLES, Station

pytestmark = pytest.mark.usefixtures("hurry")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("A.B", {"component": {"name": "A"}, "variable": {"name": "B"}}),
        (
            "A[x].B[y]",
            {
                "component": {"name": "A", "instance": "x"},
                "variable": {"name": "B", "instance": "y"},
            },
        ),
        (
            "Connector@2:1.PhaseRotation",
            {
                "component": {"name": "Connector", "evse": {"id": 2, "connectorId": 1}},
                "variable": {"name": "PhaseRotation"},
            },
        ),
    ],
)
def test_a_variable_is_named_as_people_name_it(name: str, address: dict[str, Any]) -> None:
    assert device_model.addressed(name) == address
    assert device_model.name_of(address) == name


@pytest.mark.parametrize("name", ["", "A", "A.", ".B", "A@x.B", "A.B#maxLimit"])
def test_what_names_no_variable_is_asked_nobody(name: str) -> None:
    with pytest.raises(ValueError, match="names no component"):
        device_model.addressed(name)


def test_what_is_said_of_evse_0_is_said_of_the_station() -> None:
    told = {"component": {"name": "A", "evse": {"id": 0}}, "variable": {"name": "B"}}
    assert device_model.name_of(told) == "A.B"


@pytest.mark.parametrize("most", ["1", "2", "8", None])
async def test_no_question_has_more_items_than_the_station_takes(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, most: str | None
) -> None:
    name = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
    variables = {key: value for key, value in VARIABLES.items() if key != name}
    takes = int(most or 4)

    def answer(payload: Mapping[str, Any]) -> dict[str, Any]:
        asked = payload["getVariableData"]
        if len(asked) > takes:
            return {"error": "OccurrenceConstraintViolation"}
        return {"getVariableResult": [station.variable(one) for one in asked]}

    station = Station(central, variables={**variables, **({} if most is None else {name: most})})
    station.answers["GetVariables"] = answer
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        await until(charger, lambda: control.onboarding.capabilities.stack_level_maximum == 10)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 0, 1, 2, 1)])
async def test_a_report_may_come_in_parts_and_disorder(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, order: tuple[int, ...]
) -> None:
    station = Station(central, evses=6)

    async def report(number: int) -> None:
        data = station.report_data()
        for place in order:
            part = data[place * 7 : (place + 1) * 7]
            await station.part(number, place, part, tbc=place < 2)

    def begin(payload: Mapping[str, Any]) -> dict[str, Any]:
        station.begin(report(payload["requestId"]))
        return ACCEPTED

    station.answers["GetBaseReport"] = begin
    async with station:
        await station.boot()
        await until(charger, lambda: control.onboarding.capabilities.connectors == 6)


async def test_parts_that_all_have_one_number_are_all_taken(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central, evses=6)

    async def report(number: int) -> None:
        for item in (data := station.report_data()):
            await station.part(number, 0, [item], tbc=item is not data[-1])

    def begin(payload: Mapping[str, Any]) -> dict[str, Any]:
        station.begin(report(payload["requestId"]))
        return ACCEPTED

    station.answers["GetBaseReport"] = begin
    async with station:
        await station.boot()
        await until(charger, lambda: control.onboarding.capabilities.connectors == 6)
        assert set(station.variables) <= set(charger.configuration)


async def test_a_report_without_what_was_told_by_name_is_not_all(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    odd = device_model.addressed("Flux@0.Capacitor[x]")

    def begin(payload: Mapping[str, Any]) -> dict[str, Any]:
        told = [{**odd, "variableAttribute": [{"value": "1.21"}]}]
        station.begin(station.part(payload["requestId"], 0, told, tbc=False))
        return ACCEPTED

    station.answers["GetBaseReport"] = begin
    async with station:
        await station.boot()
        await until(charger, lambda: "Flux.Capacitor[x]" in charger.configuration)
        assert charger.configuration["SmartChargingCtrlr.ProfileStackLevel"] == "10"


async def test_of_a_report_that_is_cut_off_counts_what_came(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central, evses=6)

    def begin(payload: Mapping[str, Any]) -> dict[str, Any]:
        data = station.report_data()
        station.begin(station.part(payload["requestId"], 0, data, tbc=True))
        return ACCEPTED

    station.answers["GetBaseReport"] = begin
    async with station:
        await station.boot()
        await until(charger, lambda: control.onboarding.capabilities.connectors == 6)
        assert control.onboarding.capabilities.stack_level_maximum == 10


@pytest.mark.parametrize(
    "silent",
    [
        {"GetVariables": SILENCE, "GetBaseReport": SILENCE, "SetVariables": SILENCE},
        {"GetVariables": {"error": "NotImplemented"}, "GetBaseReport": {"status": "NotSupported"}},
        {"GetBaseReport": {"status": "Rejected"}},
        {"GetBaseReport": {"status": "EmptyResultSet"}},
        {"GetBaseReport": ACCEPTED},
    ],
    ids=["silent", "unknown", "refused", "empty", "never"],
)
async def test_what_is_not_told_delays_no_first_limit(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    silent: Mapping[str, Any],
) -> None:
    station = Station(central)
    station.answers |= silent
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        assert charger.connected_at is not None
        assert keeper_of(charger).offer.accepted_at is not None
        assert keeper_of(charger).offer.accepted_at - charger.connected_at < 60.0


async def test_a_part_of_what_nobody_asked_is_answered_and_changes_nothing(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.boot()
        assert await station.part(999, 0, station.report_data(), tbc=False) == {}
        assert charger.configuration == {}


async def test_who_does_not_boot_is_asked_who_it_is(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await until(charger, lambda: charger.identity.vendor == "V")
        assert charger.identity.model == "M"
        assert station.of("TriggerMessage")


async def test_a_charger_that_comes_back_in_another_version_keeps_all_but_what_it_told(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper_of(charger).want(16.0)
    async with Client(central) as client:
        client.answers["GetConfiguration"] = {
            "configurationKey": [
                {"key": "ChargeProfileMaxStackLevel", "readonly": True, "value": "3"},
                {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
                {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"},
            ]
        }
        client.answers["SetChargingProfile"] = ACCEPTED
        await client.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        await client.call(
            "StartTransaction",
            connectorId=1,
            idTag="A",
            meterStart=0,
            timestamp="2026-01-01T00:00:00Z",
        )
    await until(charger, lambda: not charger.online)
    station = Station(central)
    async with station:
        await station.boot()
        await until(charger, lambda: 101 in station.profiles)
        assert control.onboarding.capabilities.stack_level_maximum == 10
        assert "ChargeProfileMaxStackLevel" not in charger.configuration
        assert charger.connectors[1].transaction is not None
