"""What is the backend's passes, to the letter; what is ours stays."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import TagInfo, TagStatus
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.client import Client, Refused
from tests.csms.conftest import ago, sample

from .conftest import Dial, House, settings_of, until

OCMF = 'OCMF|{"FV":"1.0","RD":[{"RV":2935.6}]}|{"SD":"887FABF407AC82782EEFFF22"}'


def start(**more: Any) -> dict[str, Any]:
    """A usual StartTransaction."""
    return {"connectorId": 1, "idTag": "CARD", "meterStart": 1000, "timestamp": ago(1), **more}


async def test_the_backend_hears_of_the_charger_as_if_it_had_dialled(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial(boots=False)
    boot = '{ "chargePointVendor":"Vendor",  "chargePointModel":"M\\u00fcller", "x":1.50}'
    await charger.send(f'[2, "17", "BootNotification", {boot}]')
    await backend.until_heard("BootNotification")
    await house.connected()
    await charger.status("Preparing")
    await backend.until_heard("StatusNotification")

    assert backend.texts_of("BootNotification") == [boot]
    assert [one for one in backend.faults if "Additional" not in one] == []


async def test_the_backends_answer_is_the_chargers_to_the_letter(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    raw = '{"transactionId": 90071,  "idTagInfo":{"status":"Accepted","x":"\\u00e9"}, "y":1.10}'

    def answer(payload: dict[str, Any]) -> str:
        message_id = json.loads(backend.frames[-1])[1]
        return f'[3,"{message_id}",{raw}]'

    backend.answers["StartTransaction"] = answer
    await house.start(settings_of(backend))
    charger = await dial(boots=False)
    frames: list[str] = []
    charger.check = lambda *_: None  # type: ignore[method-assign]
    read = charger._handle

    async def spy(message: Any) -> None:
        frames.append(json.dumps(message, default=str))
        await read(message)

    charger._handle = spy  # type: ignore[method-assign]
    await charger.boot()
    await house.connected()
    told = '{"connectorId":1,"idTag":"CARD","meterStart":7,"timestamp":"2030-01-01T00:00:00Z" }'
    await charger.send(f'[2,"900","StartTransaction",{told}]')
    await until(lambda: house.point.connector(1).transaction is not None)
    running = house.point.connector(1).transaction

    assert backend.texts_of("StartTransaction") == [told]
    assert running is not None
    assert (running.id, running.id_tag) == ("90071", "CARD")
    await until(lambda: any('"900"' in frame for frame in frames))
    answered = next(frame for frame in frames if '"900"' in frame)
    assert '"y": "1.10"' in answered  # the number is not written anew


async def test_its_transaction_id_is_the_id_everywhere(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    answer = await charger.call("StartTransaction", **start())
    name = answer["transactionId"]
    await charger.call(
        "MeterValues",
        connectorId=1,
        transactionId=name,
        meterValue=[{"timestamp": ago(0), "sampledValue": [sample("1100")]}],
    )
    await charger.call(
        "StopTransaction",
        transactionId=name,
        meterStop=1500,
        timestamp=ago(0),
        transactionData=[
            {"timestamp": ago(0), "sampledValue": [sample(OCMF, format="SignedData")]}
        ],
    )

    assert name == 7001
    assert backend.bills[name].energy == 500
    assert len(backend.bills[name].values) == 1
    assert backend.bills[name].stop is not None
    assert backend.bills[name].stop["transactionData"][0]["sampledValue"][0]["value"] == OCMF
    last = house.point.connector(1).last_transaction
    assert last is not None
    assert (last.id, last.charged) == ("7001", 500.0)
    assert backend.faults == []


async def test_message_ids_of_both_sides_never_meet(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """The backend counts from 1, and so does the charger, at the same time."""
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetLocalListVersion"] = {"listVersion": 3}
    await house.connected()
    asked = [backend.ask("CP1", "GetLocalListVersion", {}) for _ in range(5)]
    told = [charger.call("Authorize", idTag=f"T{number}") for number in range(5)]
    answers = await asyncio.gather(*asked, *told)

    assert answers[:5] == [{"listVersion": 3}] * 5
    assert all(one["idTagInfo"]["status"] == "Accepted" for one in answers[5:])
    ids = [json.loads(frame)[1] for frame in backend.frames if json.loads(frame)[0] == 2]
    assert len(ids) == len(set(ids))


async def test_our_own_calls_never_reach_the_backend(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetConfiguration"] = {"configurationKey": [], "unknownKey": []}
    charger.answers["TriggerMessage"] = {"status": "Accepted"}
    await house.connected()
    await house.point.call(OCPP_1_6.read_settings(None))
    # What we asked for out of turn is ours, too.
    await charger.call(
        "MeterValues",
        connectorId=1,
        meterValue=[{"timestamp": ago(0), "sampledValue": [sample("5", context="Trigger")]}],
    )
    await charger.call("Authorize", idTag="LAST")
    await backend.until_heard("Authorize")

    heard = {action for action, _, _ in backend.heard}
    assert heard <= {"BootNotification", "StatusNotification", "Authorize"}


async def test_its_calls_reach_the_charger_as_they_came(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ChangeConfiguration"] = {"status": "RebootRequired"}
    charger.answers["Reset"] = {"status": "Accepted"}
    await house.connected()
    answer = await backend.ask(
        "CP1", "ChangeConfiguration", {"key": "LocalPreAuthorize", "value": "true"}
    )
    assert answer == {"status": "RebootRequired"}
    assert await charger.next_call("ChangeConfiguration") == {
        "key": "LocalPreAuthorize",
        "value": "true",
    }
    assert await backend.ask("CP1", "Reset", {"type": "Soft"}) == {"status": "Accepted"}
    assert house.reboots == 1
    assert await backend.ask("CP1", "UnlockConnector", {"connectorId": 1}) == "NotImplemented"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("AuthorizationKey", "0123456789abcdef"),
        ("SecurityProfile", "0"),
        ("CentralSystemURL", "ws://elsewhere"),
        ("ocpp_server_port", "1"),
        ("MaxChargingCurrent", "32"),
    ],
)
async def test_what_is_ours_is_answered_and_not_passed(
    house: House, backend: SimulatedBackend, dial: Dial, key: str, value: str
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ChangeConfiguration"] = {"status": "Accepted"}
    await house.connected()
    while not charger.asked.empty():
        charger.asked.get_nowait()
    answer = await backend.ask("CP1", "ChangeConfiguration", {"key": key, "value": value})

    assert answer == {"status": "Rejected"}
    assert charger.asked.empty()


async def test_it_reads_back_what_it_wrote_and_hears_values_at_its_own_pace(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetConfiguration"] = {
        "configurationKey": [
            {"key": "MeterValueSampleInterval", "readonly": False, "value": "10"},
            {"key": "AuthorizationKey", "readonly": False, "value": "secret"},
            {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
        ],
        "unknownKey": [],
    }
    await house.connected()
    written = {"key": "MeterValueSampleInterval", "value": "900"}
    assert await backend.ask("CP1", "ChangeConfiguration", written) == {"status": "Accepted"}
    told = await backend.ask("CP1", "GetConfiguration", {})
    values = {one["key"]: one["value"] for one in told["configurationKey"]}
    for register in range(5):
        await charger.call(
            "MeterValues",
            connectorId=1,
            meterValue=[{"timestamp": ago(0), "sampledValue": [sample(str(register))]}],
        )
    await charger.call("Authorize", idTag="LAST")
    await until(lambda: not len(house.relay.backends["b1"].outbox))

    # And of heartbeats what it said as it accepted the charger.
    assert values == {
        "MeterValueSampleInterval": "900",
        "NumberOfConnectors": "1",
        "HeartbeatInterval": "300",
    }
    assert len(backend.of("MeterValues")) == 1
    assert house.point.connector(1).energy == 4.0


@pytest.mark.parametrize(
    "answer",
    [
        SILENCE,
        "InternalError",
        "[3",
        '[3,"1",{}]',
        {"idTagInfo": {"status": "Perhaps"}},
        {"nothing": 1},
    ],
)
async def test_a_charger_has_an_answer_whatever_the_backend_does(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, answer: Any
) -> None:
    backend.answers["Authorize"] = answer
    house.listed["CARD"] = TagInfo(TagStatus.ACCEPTED)
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    began = clock.monotonic()
    ours = await charger.call("Authorize", idTag="CARD")
    stranger = await charger.call("Authorize", idTag="WHO")

    assert ours["idTagInfo"]["status"] == "Accepted"
    assert stranger["idTagInfo"]["status"] == "Invalid"
    assert clock.monotonic() - began < 60.0


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
async def test_nothing_is_said_before_the_boot_is_accepted(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, status: str
) -> None:
    answers = iter([status, "Accepted"])
    backend.answers["BootNotification"] = lambda _: {
        "status": next(answers),
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": 20,
    }
    await house.start(settings_of(backend))
    charger = await dial()
    await backend.until_heard("BootNotification")
    # The charger charges all the same.
    answer = await charger.call("StartTransaction", **start())
    assert answer["transactionId"] == 100
    assert not backend.of("StartTransaction")
    await backend.until_heard("StartTransaction")
    assert len(backend.of("BootNotification")) == 2


async def test_a_refused_card_is_refused_and_remembered_as_such(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.accepted_tags = lambda tag: "Accepted" if tag == "GOOD" else "Blocked"
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    good = await charger.call("Authorize", idTag="GOOD")
    bad = await charger.call("Authorize", idTag="BAD")
    await backend.stop()
    await until(lambda: not house.relay.backends["b1"].connected)
    again = [await charger.call("Authorize", idTag=tag) for tag in ("good", "BAD")]

    assert [one["idTagInfo"]["status"] for one in (good, bad)] == ["Accepted", "Blocked"]
    assert [one["idTagInfo"]["status"] for one in again] == ["Accepted", "Invalid"]


async def test_a_listener_hears_and_decides_nothing(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.accepted_tags = lambda _: "Blocked"
    await house.start(settings_of(backend, decides=False))
    charger = await dial()
    charger.answers["Reset"] = {"status": "Accepted"}
    await house.connected()
    answer = await charger.call("StartTransaction", **start())
    refused = await backend.ask("CP1", "Reset", {"type": "Hard"})
    limit = await backend.ask(
        "CP1",
        "ClearChargingProfile",
        {},
    )
    await charger.call(
        "StopTransaction", transactionId=answer["transactionId"], meterStop=1600, timestamp=ago(0)
    )
    await backend.until_heard("StopTransaction")

    assert (answer["transactionId"], answer["idTagInfo"]["status"]) == (100, "Accepted")
    assert (refused, limit) == ("SecurityError", "SecurityError")
    assert [bill.energy for bill in backend.bills.values()] == [600]
    assert backend.of("StopTransaction")[0]["transactionId"] == 7001
    assert backend.faults == []


async def test_one_decides_and_others_have_their_own_names_for_a_session(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    async with SimulatedBackend(first_id=5) as other:
        await house.start(
            settings_of(backend), settings_of(other, "b2", decides=False, identity="X 1")
        )
        charger = await dial()
        await house.connected("b1")
        await house.connected("b2")
        answer = await charger.call("StartTransaction", **start())
        await charger.call(
            "StopTransaction",
            transactionId=answer["transactionId"],
            meterStop=1250,
            timestamp=ago(0),
        )
        await other.until_heard("StopTransaction")

        assert answer["transactionId"] == 7001
        assert {one: bill.energy for one, bill in backend.bills.items()} == {7001: 250}
        assert {one: bill.energy for one, bill in other.bills.items()} == {5: 250}
        assert (backend.faults, other.faults) == ([], [])
        assert list(other.sockets) == ["X%201"]


async def test_a_name_that_another_session_has_is_not_taken(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """A backend that begins anew at 1, or names every session 0, bills each of them once."""
    await house.start(settings_of(backend), first_id=50)
    charger = await dial()
    await house.connected()
    first = (await charger.call("StartTransaction", **start()))["transactionId"]
    await charger.call("StopTransaction", transactionId=first, meterStop=1001, timestamp=ago(0))
    backend.bills.clear()
    backend.answers["StartTransaction"] = {
        "transactionId": 7001,
        "idTagInfo": {"status": "Accepted"},
    }
    second = (await charger.call("StartTransaction", **start(meterStart=2000)))["transactionId"]
    await charger.call("StopTransaction", transactionId=second, meterStop=2500, timestamp=ago(0))

    assert first == 7001
    assert second == 7002
    last = house.point.connector(1).last_transaction
    assert last is not None
    assert (last.id, last.charged) == ("7002", 500.0)
    assert backend.of("StopTransaction")[-1]["transactionId"] == 7001


async def test_the_link_follows_the_charger(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    assert backend.dialled == 0
    charger: Client = await dial()
    await house.connected()
    await charger.drop()
    await backend.until(lambda: not backend.sockets)
    await until(lambda: not house.relay.backends["b1"].connected)


async def test_without_backends_nothing_is_asked_of_anybody(house: House, dial: Dial) -> None:
    await house.start()
    charger = await dial()
    answer = await charger.call("StartTransaction", **start())
    assert answer["transactionId"] == 100
    with pytest.raises(Refused):
        await charger.call("Nonsense")


async def test_a_mistake_of_ours_costs_the_charger_nothing(
    house: House, backend: SimulatedBackend, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its connection nor its answer, whatever goes wrong on the way to a backend."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(house.relay, "_status", broken)
    monkeypatch.setattr(house.relay, "note_tag", broken)
    assert await charger.status("Available") == {}
    answer = await charger.call("Authorize", idTag="CARD")

    assert answer["idTagInfo"]["status"] == "Accepted"
    assert house.point.online
