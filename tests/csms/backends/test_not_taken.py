"""A message that a backend never takes, or never answers, holds up nothing for good, and is not lost."""

import logging
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends import outbox as outbox_module
from custom_components.ev_load_manager.csms.backends.outbox import Outbox
from custom_components.ev_load_manager.csms.backends.payloads import from_text
from custom_components.ev_load_manager.csms.backends.store import BackendStore, Kept
from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.conftest import ago

from .conftest import Dial, House, settings_of, until
from .test_outage import Car, all_told, known, linked

pytestmark = pytest.mark.usefixtures("hurry", "soon_again")


@pytest.fixture
def soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set aside is told again after two minutes and a half, not ten."""
    monkeypatch.setattr(outbox_module, "AGAIN_AFTER", 150.0)


def aside(house: House) -> list[str]:
    """What is set aside."""
    return [item.action for item in house.relay.backends["b1"].outbox.aside]


def never(backend: SimulatedBackend, how: object, tag: str = "BAD") -> dict[str, object]:
    """Have it never take the starts of a card, as long as `while_` says so."""
    script: dict[str, object] = {"how": how}

    def answer(payload: dict[str, Any]) -> Any:
        told = script["how"]
        return backend.bill(payload) if payload["idTag"] != tag or told is None else told

    backend.answers["StartTransaction"] = answer
    return script


@pytest.mark.parametrize("how", ["InternalError", SILENCE, {"idTagInfo": {"status": "Accepted"}}])
async def test_others_pass_what_it_never_takes_and_it_is_billed_once_it_is_taken(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    caplog: pytest.LogCaptureFixture,
    how: object,
) -> None:
    script = never(backend, how)
    charger = await linked(house, backend, dial)
    car = Car()
    bad = await car.start(charger, "BAD")
    await car.charge(charger, bad, 10)
    await car.stop(charger, bad)
    await car.session(charger, 20)
    await car.session(charger, 30)
    await until(lambda: len(backend.bills) == 2 and all(b.stop for b in backend.bills.values()))

    assert aside(house) == ["StartTransaction"]
    assert len(house.relay.backends["b1"].outbox) == 3  # its value and its end wait for it
    assert "is told again later" in caplog.text
    if how is SILENCE:
        assert backend.faults == []
    told = [call["idTag"] for call in backend.of("StartTransaction")]
    assert told.count("BAD") == 3, "others pass it after three tries"
    assert told.index("BAD") == 0

    script["how"] = None
    await until(lambda: all_told(house))
    assert [bill.energy for bill in backend.bills.values()] == [20, 30, 10]
    assert house.relay.backends["b1"].outbox.lost == 0


async def test_a_backend_that_closes_at_a_message_is_told_others_all_the_same(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    def answer(payload: dict[str, Any]) -> Any:
        if payload["idTag"] == "BAD":
            backend.sockets["CP1"].transport.abort()
            return SILENCE
        return backend.bill(payload)

    backend.answers["StartTransaction"] = answer
    charger = await linked(house, backend, dial)
    car = Car()
    bad = await car.start(charger, "BAD")
    await car.stop(charger, bad)
    await car.session(charger, 20)
    await until(lambda: [bill.energy for bill in backend.bills.values()] == [20])

    assert aside(house) == ["StartTransaction"]
    assert len(backend.of("BootNotification")) == 4


async def test_a_backend_that_is_silent_altogether_is_no_messages_fault(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """It accepts the charger once, and then nothing is answered, nor any socket."""
    charger = await linked(house, backend, dial)
    for action in ("StartTransaction", "Heartbeat", "MeterValues", "StopTransaction"):
        backend.answers[action] = SILENCE
    backend.answers["BootNotification"] = SILENCE
    car = Car()
    await car.session(charger, 20)
    await backend.until_heard("BootNotification", 5)
    assert aside(house) == []
    backend.answers.clear()
    await until(lambda: all_told(house))
    assert [bill.energy for bill in backend.bills.values()] == [20]


async def test_an_answer_that_comes_late_counts(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """A start that takes the backend 40 s is told once."""
    charger = await linked(house, backend, dial)
    waiting: list[str] = []
    backend.answers["StartTransaction"] = lambda payload: (
        waiting.append(backend.frames[-1]) or (backend.bill(payload) and SILENCE)
    )

    def beat(_: dict[str, Any]) -> Any:
        return {"currentTime": "2030-01-01T00:00:00Z"}

    backend.answers["Heartbeat"] = beat
    car = Car()
    name = await car.start(charger)
    message_id = waiting[0].split('"')[1]
    await backend.until(lambda: bool(backend.of("Heartbeat")) or len(waiting) > 1)
    told = '{"transactionId":7001,"idTagInfo":{"status":"Accepted"}}'
    await backend.send("CP1", f'[3,"{message_id}",{told}]')
    await car.stop(charger, name)
    await until(lambda: all_told(house))

    assert len(waiting) == 1, "it was told once"
    assert [bill.energy for bill in backend.bills.values()] == [0]
    assert backend.faults == []


async def test_a_value_that_it_never_takes_is_lost_alone(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.answers["MeterValues"] = "InternalError"
    charger = await linked(house, backend, dial)
    await Car().session(charger, 20)
    await until(lambda: all_told(house))

    assert [bill.energy for bill in backend.bills.values()] == [20]
    assert house.relay.backends["b1"].outbox.lost == 1


async def test_what_is_set_aside_outlives_a_restart(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    script = never(backend, "InternalError")
    charger = await linked(house, backend, dial)
    car = Car()
    bad = await car.start(charger, "BAD")
    await car.stop(charger, bad)
    await until(lambda: aside(house) == ["StartTransaction"])
    await house.stop()
    await house.start(settings_of(backend, **known()), first_id=200)
    await dial()
    await house.connected()
    assert aside(house) == ["StartTransaction"]
    script["how"] = None
    await until(lambda: all_told(house))
    assert [bill.energy for bill in backend.bills.values()] == [0]


async def test_it_says_itself_how_often_it_is_told(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """OCPP 1.6, 3.7.1: TransactionMessageAttempts, which is ours to keep."""
    never(backend, "InternalError")
    charger = await linked(house, backend, dial)
    for key, value in (
        ("TransactionMessageAttempts", "5"),
        ("TransactionMessageRetryInterval", "1"),
    ):
        written = {"key": key, "value": value}
        assert await backend.ask("CP1", "ChangeConfiguration", written) == {"status": "Accepted"}
    await Car().start(charger, "BAD")
    await until(lambda: aside(house) == ["StartTransaction"])

    assert len(backend.of("StartTransaction")) == 5
    asked = [charger.asked.get_nowait()[0] for _ in range(charger.asked.qsize())]
    assert "ChangeConfiguration" not in asked


async def test_after_a_month_it_is_given_up(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(outbox_module, "MOST_AGAIN", 2)
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    outbox = Outbox("b1", store, Kept({}, []))
    start = from_text(f'{{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"{ago(5)}"}}')
    item = outbox.put("StartTransaction", start)
    outbox.is_called(start, "100", item)
    end = outbox.put("StopTransaction", from_text('{"transactionId":100}'), "100")
    # While it is set aside, its end waits for it.
    for fate, following, kept_aside in (
        ("AGAIN", item, []),
        ("AGAIN", item, []),
        ("ASIDE", None, [item]),
        ("ASIDE", None, [item]),
        ("LOST", end, []),
    ):
        assert outbox.waits(item)
        assert outbox.is_not_taken(item).name == fate
        assert outbox.next is following
        assert outbox.aside == kept_aside
    assert not outbox.waits(item)
    assert outbox.payload_of(end) is None
    assert outbox.lost == 1
    await store.close()


async def test_a_session_in_the_words_of_one_that_is_set_aside_takes_nothing_from_it(
    tmp_path: Any,
) -> None:
    """Some clocks begin anew with each boot: what is told at once must not rename what waits."""
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    outbox = Outbox("b1", store, Kept({}, []))
    start = from_text(
        '{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"1970-01-01T00:00:00Z"}'
    )
    first = outbox.put("StartTransaction", start)
    outbox.is_called(start, "100", first)
    end = outbox.put("StopTransaction", from_text('{"transactionId":100}'), "100")
    while outbox.is_not_taken(first).name != "ASIDE":
        pass
    second = outbox.put("StartTransaction", start, begins_another=True)
    outbox.is_told(second, from_text('{"transactionId":7}'))
    outbox.is_called(start, "7", second)
    outbox.is_told(first, from_text('{"transactionId":8}'))

    assert (outbox.name_of("100"), outbox.name_of("7")) == ("8", "7")
    told = outbox.payload_of(end)
    assert told is not None
    assert told["transactionId"] == 8
    await store.close()
