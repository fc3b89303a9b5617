"""A charger's device model is read, written and reported (OCPP 2.0.1, B05 to B08)."""

from dataclasses import replace
from typing import Any

import pytest

from simulation.charger.frames import CallRefused
from simulation.charger.v201 import habits, models
from simulation.charger.v201.device_model import (
    READ_WRITE,
    WRITE_ONLY,
    Address,
    DeviceModel,
    Variable,
    flag,
    members,
    number,
    refuse_too_many,
)
from simulation.charger.v201.variables import factory_variables
from tests.simulation.charger.v201.conftest import Central201, MakeStation, item

PLACE = Address("TxCtrlr", "EVConnectionTimeOut")


def one(variable: Variable) -> DeviceModel:
    """A device model with one variable."""
    return DeviceModel({PLACE: variable})


def write(model: DeviceModel, value: str, **more: Any) -> tuple[str, str]:
    """The status of a write, and the reason against it."""
    told = model.set({**item(*PLACE[:2]), "attributeValue": value, **more})
    return told["attributeStatus"], told.get("attributeStatusInfo", {}).get("reasonCode", "")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        (number(60), "70", ("Rejected", "ReadOnly")),
        (number(60, writable=True), "70", ("Accepted", "")),
        (number(60, writable=True), "soon", ("Rejected", "InvalidValue")),
        (number(60, writable=True), "1.5", ("Rejected", "InvalidValue")),
        (number(60, writable=True, least=10), "9", ("Rejected", "ValueTooLow")),
        (number(60, writable=True, most=90), "91", ("Rejected", "ValueTooHigh")),
        (number(60, writable=True, reboot=True), "70", ("RebootRequired", "")),
        (flag(True, writable=True), "false", ("Accepted", "")),
        (flag(True, writable=True), "0", ("Rejected", "InvalidValue")),
        (members(("A",), ("A", "W"), writable=True), "W,A", ("Accepted", "")),
        (members(("A",), ("A", "W"), writable=True), "VA", ("Rejected", "InvalidValue")),
        (
            Variable(mutability=WRITE_ONLY, least=4, most=6),
            "abcdefg",
            ("Rejected", "TooLargeElement"),
        ),
        (Variable(mutability=WRITE_ONLY, least=4, most=6), "abcd", ("Accepted", "")),
    ],
)
def test_a_value_is_taken_or_refused_for_a_reason(
    variable: Variable, value: str, told: tuple[str, str]
) -> None:
    model = one(variable)
    assert write(model, value) == told
    assert model.writes == (told[0] != "Rejected")


def test_a_value_that_needs_a_reboot_holds_after_it() -> None:
    model = one(number(60, writable=True, reboot=True))
    write(model, "70")
    assert model.text(*PLACE[:2]) == "60"
    model.reboot()
    assert model.text(*PLACE[:2]) == "70"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (item("TxCtrlr", "EVConnectionTimeOut"), "Accepted"),
        (item("txctrlr", "evconnectiontimeout"), "Accepted"),
        (item("TxCtrlr", "Mood"), "UnknownVariable"),
        (item("Coffee", "Mood"), "UnknownComponent"),
        (item("TxCtrlr", "EVConnectionTimeOut", evse=1), "UnknownComponent"),
        ({**item(*PLACE[:2]), "attributeType": "MaxSet"}, "NotSupportedAttributeType"),
    ],
)
def test_every_item_has_its_own_status(asked: dict[str, Any], status: str) -> None:
    told = one(number(60)).get(asked)
    assert told["attributeStatus"] == status
    assert told.get("attributeValue") == ("60" if status == "Accepted" else None)


def test_what_can_only_be_written_is_not_read() -> None:
    model = one(Variable(value="secret", mutability=WRITE_ONLY))
    assert model.get(item(*PLACE[:2]))["attributeStatus"] == "Rejected"
    (told,) = model.report(lambda *_: True)
    assert "value" not in told["variableAttribute"][0]


def test_another_attribute_is_told_where_there_is_one() -> None:
    model = one(Variable(value="5", mutability=READ_WRITE, other_attributes={"MaxSet": "9"}))
    told = model.get({**item(*PLACE[:2]), "attributeType": "MaxSet"})
    assert told["attributeValue"] == "9"


def test_more_than_fits_is_a_callerror() -> None:
    where = {"ItemsPerMessage": 2, "BytesPerMessage": 100}
    model = DeviceModel(
        {
            Address("DeviceDataCtrlr", name, "GetVariables"): number(most)
            for name, most in where.items()
        }
    )
    refuse_too_many(model, "GetVariables", [1, 2], 100)
    with pytest.raises(CallRefused, match="OccurrenceConstraintViolation"):
        refuse_too_many(model, "GetVariables", [1, 2, 3], 100)
    with pytest.raises(CallRefused, match="FormatViolation"):
        refuse_too_many(model, "GetVariables", [1], 101)


@pytest.mark.parametrize("model", [*models.MODELS.values(), *habits.HABITS.values()])
def test_a_model_says_of_itself_what_it_takes(model: models.StationModel) -> None:
    variables = factory_variables(model, "CP1")
    assert len(model.model) <= 20
    told = {address: variable.value for address, variable in variables.items()}
    knows_limits = model.profiles is not models.ProfileAnswer.NOT_SUPPORTED
    level = told.get(Address("SmartChargingCtrlr", "ProfileStackLevel"))
    assert level == (str(model.rules.max_stack_level) if knows_limits else None)
    evses = {address.evse for address in variables if address.component == "EVSE"}
    assert evses in (set(range(1, model.evses + 1)), set())


async def test_several_variables_are_read_and_written_at_once(
    central: Central201, connected: MakeStation
) -> None:
    await connected(models.TWIN)
    asked = [
        item("ChargingStation", "Model"),
        item("EVSE", "SupplyPhases", evse=2),
        item("No", "x"),
    ]
    told = await central.tell("GetVariables", {"getVariableData": asked})
    assert [one.get("attributeValue") for one in told["getVariableResult"]] == ["Twin", "3", None]
    twice = {**item("TxCtrlr", "EVConnectionTimeOut"), "attributeValue": "20"}
    frame = await central.ask("SetVariables", {"setVariableData": [twice, twice]})
    assert frame[0] == 4
    power = await central.get("EVSE", "Power", evse=1)
    assert power["attributeStatus"] == "Accepted"


async def test_an_inventory_comes_in_parts_under_its_request(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.SMALL_MESSAGES)
    whole = {"requestId": 9, "reportBase": "FullInventory"}
    assert await central.tell("GetBaseReport", whole) == {"status": "Accepted"}
    await central.until(lambda: any(not part["tbc"] for part in central.called("NotifyReport")))
    parts = central.called("NotifyReport")
    assert len(parts) > 10
    assert [part["seqNo"] for part in parts] == list(range(len(parts)))
    assert {part["requestId"] for part in parts} == {9}
    told = [one for part in parts for one in part["reportData"]]
    assert len(told) == len(factory_variables(charger.model, "CP1"))
    (room,) = [one for one in told if one["variable"].get("instance") == "ChargingProfiles"]
    assert room["variableCharacteristics"]["maxLimit"] == 20


async def test_a_part_of_it_can_be_asked_for(central: Central201, connected: MakeStation) -> None:
    await connected(models.TWIN)
    settings = {"requestId": 1, "reportBase": "ConfigurationInventory"}
    await central.tell("GetBaseReport", settings)
    await central.until(lambda: any(not one["tbc"] for one in central.called("NotifyReport")))
    for part in central.called("NotifyReport"):
        for told in part["reportData"]:
            assert told["variableAttribute"][0]["mutability"] != "ReadOnly"
    one_evse = {
        "requestId": 2,
        "componentVariable": [{"component": {"name": "EVSE", "evse": {"id": 2}}}],
    }
    assert await central.tell("GetReport", one_evse) == {"status": "Accepted"}
    await central.until(lambda: central.called("NotifyReport")[-1]["requestId"] == 2)
    data = central.called("NotifyReport")[-1]["reportData"]
    assert {one["component"]["evse"]["id"] for one in data} == {2}
    nothing = {"requestId": 3, "componentVariable": [{"component": {"name": "Coffee"}}]}
    assert await central.tell("GetReport", nothing) == {"status": "EmptyResultSet"}


@pytest.mark.parametrize(
    ("model", "seq_nos"),
    [
        (habits.REPORT_DISORDERED, lambda n: list(reversed(range(n)))),
        (habits.REPORT_DOUBLED, lambda n: [one for one in range(n) for _ in range(2)]),
        (habits.REPORT_CUT_OFF, lambda n: list(range(n - 1))),
    ],
)
async def test_a_report_can_come_badly(
    central: Central201, connected: MakeStation, model: models.StationModel, seq_nos: Any
) -> None:
    few = replace(model, items_per_part=30)
    expected = seq_nos(-(-len(factory_variables(few, "CP1")) // 30))
    await connected(few)
    await central.tell("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})
    await central.until(lambda: len(central.called("NotifyReport")) == len(expected))
    assert [part["seqNo"] for part in central.called("NotifyReport")] == expected


@pytest.mark.parametrize(
    ("model", "status"),
    [(habits.REPORT_EMPTY, "EmptyResultSet"), (habits.REPORT_REFUSED, "NotSupported")],
)
async def test_a_report_can_be_refused(
    central: Central201, connected: MakeStation, model: models.StationModel, status: str
) -> None:
    await connected(model)
    whole = {"requestId": 1, "reportBase": "FullInventory"}
    assert await central.tell("GetBaseReport", whole) == {"status": status}


async def test_a_new_password_counts_on_the_next_connection(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(password="an old password 1")
    assert await central.set("SecurityCtrlr", "BasicAuthPassword", "short") == "Rejected"
    assert await central.set("SecurityCtrlr", "BasicAuthPassword", "a new password 22") == (
        "Accepted"
    )
    await central.until(lambda: len(central.requests) == 2)
    assert central.requests[0][1] != central.requests[1][1]
    await charger.until(lambda: charger.accepted)
    told = await central.get("SecurityCtrlr", "BasicAuthPassword")
    assert told["attributeStatus"] == "Rejected"
