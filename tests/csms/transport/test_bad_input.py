"""Whatever a charger sends, it gets the right answer and others feel nothing."""

import logging
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport.errors import CallError
from tests.csms.client import Client, Refused
from tests.csms.conftest import until

VALID = {
    "StatusNotification": {"connectorId": 1, "status": "Available", "errorCode": "NoError"},
    "StartTransaction": {
        "connectorId": 1,
        "idTag": "tag",
        "meterStart": 0,
        "timestamp": "2026-01-01T00:00:00Z",
    },
    "StopTransaction": {
        "transactionId": 1,
        "meterStop": 0,
        "timestamp": "2026-01-01T00:00:00Z",
    },
    "MeterValues": {"connectorId": 1, "meterValue": []},
}


@pytest.mark.parametrize(
    ("frame", "code", "answered_id"),
    [
        ("this is no JSON", "FormationViolation", "-1"),
        ('{"a": 1}', "FormationViolation", "-1"),
        (b"\xc3\x28", "FormationViolation", "-1"),
        ([9, "5", "Heartbeat", {}], "FormationViolation", "5"),
        ([2, "5", "Heartbeat"], "FormationViolation", "5"),
        ([2, "5", "Heartbeat", "text"], "FormationViolation", "5"),
        ([2, "5", "MakeCoffee", {}], "NotImplemented", "5"),
        ([2, "5", "RemoteStartTransaction", {}], "NotSupported", "5"),
        ([2, 5, "MakeCoffee", {}], "NotImplemented", 5),
    ],
)
async def test_a_bad_frame_gets_its_error_and_the_socket_stays(
    central: CentralSystem,
    charger: ChargePoint,
    frame: str | bytes | list[Any],
    code: str,
    answered_id: object,
) -> None:
    async with Client(central) as client:
        await client.send(frame)
        answer = await client.stray.get()
        assert answer[:3] == [4, answered_id, code]
        assert await client.call("Heartbeat")


@pytest.mark.parametrize(
    ("action", "wrong", "code"),
    [
        ("StatusNotification", {"connectorId": None}, "TypeConstraintViolation"),
        ("StatusNotification", {"connectorId": "one"}, "TypeConstraintViolation"),
        ("StatusNotification", {"connectorId": 1.5}, "TypeConstraintViolation"),
        ("StatusNotification", {"connectorId": True}, "TypeConstraintViolation"),
        ("StatusNotification", {"connectorId": -1}, "PropertyConstraintViolation"),
        ("StatusNotification", {"connectorId": 10**400}, "TypeConstraintViolation"),
        ("StatusNotification", {"connectorId": 65}, "PropertyConstraintViolation"),
        ("StatusNotification", {"connectorId": 42}, "PropertyConstraintViolation"),
        ("StartTransaction", {"connectorId": 42}, "PropertyConstraintViolation"),
        ("MeterValues", {"connectorId": 42, "meterValue": []}, "PropertyConstraintViolation"),
        ("StatusNotification", {"status": "Sleeping"}, "PropertyConstraintViolation"),
        ("StatusNotification", {"status": {}}, "PropertyConstraintViolation"),
        ("StartTransaction", {"connectorId": []}, "TypeConstraintViolation"),
        ("StopTransaction", {"transactionId": "x"}, "TypeConstraintViolation"),
        ("MeterValues", {"connectorId": {}}, "TypeConstraintViolation"),
    ],
)
async def test_a_wrong_field_is_named(
    central: CentralSystem, charger: ChargePoint, action: str, wrong: dict[str, Any], code: str
) -> None:
    async with Client(central) as client:
        with pytest.raises(Refused) as refused:
            await client.call(action, **{**VALID[action], **wrong})
        assert refused.value.code == code
        assert next(iter(wrong)).removesuffix("Id") in refused.value.description


async def test_outlets_that_a_charger_counts_are_heard_whatever_their_number(
    central: CentralSystem, charger: ChargePoint
) -> None:
    charger.capabilities["connectors"] = 42
    async with Client(central) as client:
        await client.status("Available", 42)
        assert 42 in charger.connectors


@pytest.mark.parametrize("action", VALID)
async def test_a_missing_field_is_a_protocol_error(
    central: CentralSystem, charger: ChargePoint, action: str
) -> None:
    async with Client(central) as client:
        with pytest.raises(Refused) as refused:
            await client.call(action)
        assert refused.value.code == "ProtocolError"


@pytest.mark.parametrize(
    "values",
    [
        None,
        "text",
        [None, 5, "text"],
        [{"timestamp": 5, "sampledValue": "text"}],
        [{"timestamp": "yesterday", "sampledValue": [None, {"value": {}}, {"value": "NaN"}]}],
        [{"timestamp": "9999-12-31T23:59:59-14:00", "sampledValue": [{"value": "1e999"}]}],
        [{"sampledValue": [{"value": "1", "measurand": [], "phase": 7, "unit": {}}]}],
    ],
)
async def test_meter_values_that_cannot_be_read_are_left_out(
    central: CentralSystem, charger: ChargePoint, values: object
) -> None:
    async with Client(central) as client:
        assert await client.call("MeterValues", connectorId=1, meterValue=values) == {}


async def test_a_frame_over_256_kib_closes_the_socket_with_1009(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.send("x" * (256 * 1024 + 1))
        assert await client.closed == 1009


async def test_answers_that_nobody_waits_for_are_ignored(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        client.answers["GetConfiguration"] = {}
        await until(charger, lambda: charger.online)
        await client.send([3, "never asked", {}])
        await client.send([4, "never asked either", "GenericError", "", {}])
        await client.send([3])
        assert await charger.call(Question("GetConfiguration", {})) == {}
        twice = next(iter(client.asked_ids))
        await client.send([3, twice, {"late": True}])
        assert await client.call("Heartbeat")
        assert client.stray.empty()


async def test_an_answer_that_is_no_object_is_an_error(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        client.answers["GetConfiguration"] = []
        await until(charger, lambda: charger.online)
        with pytest.raises(CallError) as error:
            await charger.call(Question("GetConfiguration", {}))
        assert error.value.code == "FormationViolation"


async def test_faults_are_one_line_a_minute_and_charger(
    central: CentralSystem,
    charger: ChargePoint,
    caplog: pytest.LogCaptureFixture,
    time_machine: Any,
) -> None:
    central.add("CP2")
    with caplog.at_level(logging.INFO, logger="custom_components.ev_load_manager.csms"):
        async with Client(central) as first, Client(central, "CP2") as second:
            for client in (first, second):
                for _ in range(20):
                    await client.send("rubbish")
                    await client.stray.get()
            assert [r.message for r in caplog.records if "CP1" in r.message] == [
                "Charger CP1: sent what is no message: not JSON"
            ]
            assert len([r for r in caplog.records if "CP2" in r.message]) == 1
            time_machine.jump(61)
            await first.send("rubbish")
            await first.stray.get()
    assert "19 more" in caplog.records[-1].message


async def test_a_mistake_of_ours_costs_one_answer(
    central: CentralSystem, charger: ChargePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(charger, "reported", broken)
    async with Client(central) as client:
        with pytest.raises(Refused) as refused:
            await client.status("Available")
        assert refused.value.code == "InternalError"
        assert await client.call("Heartbeat")


async def test_whoever_listens_badly_disturbs_nobody(
    central: CentralSystem, charger: ChargePoint
) -> None:
    heard: list[object] = []

    def broken(*_args: object) -> None:
        raise RuntimeError("broken")

    charger.on_change(broken)
    end = charger.on_change(lambda *change: heard.append(change))
    async with Client(central) as client:
        await client.status("Preparing")
        assert heard
        end()
        heard.clear()
        await client.status("Charging")
        assert not heard
