"""Links that close slowly, chargers that are back at once, and backends that are strange."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.backends import backend as backend_module
from custom_components.ev_load_manager.csms.dialect import TagInfo, TagStatus
from simulation.backends.backend import SimulatedBackend
from tests.csms.conftest import ago, sample

from .conftest import Dial, House, settings_of, until
from .test_outage import Car, all_told, away, known, linked


@pytest.fixture
def may_close(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Links close once this happens; they may from the beginning."""
    allowed = asyncio.Event()
    allowed.set()
    dial = backend_module.dial

    async def slow(*args: Any, **more: Any) -> Any:
        socket = await dial(*args, **more)
        close = socket.close

        async def when_allowed(*how: Any) -> None:
            await allowed.wait()
            await close(*how)

        socket.close = when_allowed  # type: ignore[method-assign]
        return socket

    monkeypatch.setattr(backend_module, "dial", slow)
    return allowed


async def test_a_charger_that_is_back_before_the_link_is_closed_gets_a_new_one(
    house: House, backend: SimulatedBackend, dial: Dial, may_close: asyncio.Event
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    may_close.clear()
    await charger.drop()
    await until(lambda: not house.point.online)
    again = await dial()
    await asyncio.sleep(0.1)
    assert backend.dialled == 1
    may_close.set()
    await backend.until_heard("BootNotification", 2)
    await house.connected()
    name = await Car().start(again)

    assert name == 7001
    assert house.relay.backends["b1"].connected


async def test_a_session_that_begins_while_a_setting_is_changed_is_billed(
    house: House, backend: SimulatedBackend, dial: Dial, may_close: asyncio.Event
) -> None:
    charger = await linked(house, backend, dial)
    may_close.clear()
    changed = asyncio.create_task(
        house.relay.use({"b1": settings_of(backend, name="New", **known())})
    )
    await until(lambda: not house.relay.backends["b1"].may_answer)
    car = Car()
    name = await car.start(charger)
    may_close.set()
    await changed
    await car.charge(charger, name, 40)
    await car.stop(charger, name)
    await until(lambda: all_told(house))

    assert [bill.energy for bill in backend.bills.values()] == [40]
    assert backend.faults == []


async def test_a_charger_that_boots_on_a_new_socket_is_told_as_such(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """The old socket is not known to be gone yet, and the link stays."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    house.relay.backends["b1"].connect()
    await charger.boot(firmwareVersion="2.0")
    told = await backend.until_heard("BootNotification", 2)

    assert told["firmwareVersion"] == "2.0"
    assert backend.dialled == 1


async def test_a_session_that_outlasts_many_others_is_billed(
    house: House, backend: SimulatedBackend, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A car that stays for weeks at one of two outlets."""
    monkeypatch.setattr("custom_components.ev_load_manager.csms.backends.outbox.REMEMBERED", 3)
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    long = Car()
    name = await long.start(charger)
    for number in range(6):
        began = {"meterStart": number, "timestamp": ago(100_000 - number)}
        other = (await charger.call("StartTransaction", connectorId=2, idTag="B", **began))[
            "transactionId"
        ]
        await charger.call(
            "StopTransaction", transactionId=other, meterStop=number + 1, timestamp=ago(0)
        )
    await long.charge(charger, name, 500)
    await long.stop(charger, name)
    await until(lambda: all_told(house))

    assert backend.bills[name].energy == 500
    assert len(backend.bills[name].values) == 1
    assert len(house.relay.backends["b1"].outbox.state()["names"]) <= 4
    assert backend.faults == []


@pytest.mark.parametrize("first", [2**31, 1_764_400_000_000])
async def test_a_name_that_is_too_great_for_a_charger_stays_between_us_and_the_backend(
    house: House, dial: Dial, first: int
) -> None:
    async with SimulatedBackend(first_id=first) as backend:
        await house.start(settings_of(backend))
        charger = await dial()
        charger.answers["RemoteStopTransaction"] = {"status": "Accepted"}
        await house.connected()
        car = Car()
        name = await car.start(charger)
        await backend.ask("CP1", "RemoteStopTransaction", {"transactionId": first})
        asked = await charger.next_call("RemoteStopTransaction")
        await car.charge(charger, name, 70)
        await car.stop(charger, name)
        await until(lambda: all_told(house))

        assert asked == {"transactionId": name} == {"transactionId": 100}
        assert {one: bill.energy for one, bill in backend.bills.items()} == {first: 70}
        assert backend.faults == []


async def test_a_card_of_our_list_may_charge_also_where_its_start_is_told_again(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.accepted_tags = lambda _: "Blocked"
    house.listed["CARD"] = TagInfo(TagStatus.ACCEPTED)
    await house.start(settings_of(backend, both_lists=True))
    charger = await dial()
    await house.connected()
    sent = {"connectorId": 1, "idTag": "CARD", "meterStart": 1, "timestamp": ago(5)}
    first = await charger.call("StartTransaction", **sent)
    second = await charger.call("StartTransaction", **sent)

    assert first["idTagInfo"]["status"] == second["idTagInfo"]["status"] == "Accepted"
    assert first["transactionId"] == second["transactionId"] == 7001


async def test_great_frames_are_read_no_faster_than_those_of_a_charger(
    house: House, backend: SimulatedBackend, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    waits: list[float] = []
    sleep: Callable[[float], Any] = clock.sleep

    async def spy(seconds: float) -> None:
        waits.append(seconds)
        await sleep(min(seconds, 0.01))

    monkeypatch.setattr(backend_module.clock, "sleep", spy)
    for _ in range(12):
        await backend.send("CP1", f'[3,"no","{"x" * 200_000}"]')
    await until(lambda: any(4.0 < one < 60.0 for one in waits))


async def test_what_is_kept_of_an_answer_is_short(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.answers["StartTransaction"] = lambda payload: {
        **backend.bill(payload),  # type: ignore[dict-item]
        "padding": "x" * 100_000,
    }
    await house.start(settings_of(backend))
    charger = await dial()
    charger.check = lambda *_: None  # type: ignore[method-assign]
    await house.connected()
    sent = {"connectorId": 1, "idTag": "CARD", "meterStart": 1, "timestamp": ago(5)}
    first = await charger.call("StartTransaction", **sent)
    again = await charger.call("StartTransaction", **sent)

    assert first["transactionId"] == again["transactionId"] == 7001
    assert len(str(house.relay.backends["b1"].outbox.state())) < 2000


async def test_great_values_of_an_outage_are_bounded_too(
    house: House, backend: SimulatedBackend, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.ev_load_manager.csms.backends.outbox.MOST_SIZE", 200_000)
    charger = await linked(house, backend, dial)
    await backend.stop()
    await until(lambda: away(house))
    car = Car()
    name = await car.start(charger)
    many = [sample(str(number), context="Sample.Periodic") for number in range(500)]
    for _ in range(10):
        await charger.call(
            "MeterValues",
            connectorId=1,
            transactionId=name,
            meterValue=[{"timestamp": ago(1), "sampledValue": many}],
        )
    await car.stop(charger, name)
    outbox = house.relay.backends["b1"].outbox
    kept = [data["action"] for _, data in outbox.waiting]

    assert sum(len(data["payload"]) for _, data in outbox.waiting) <= 200_000
    assert (kept[0], kept[-1]) == ("StartTransaction", "StopTransaction")
    assert 0 < outbox.lost < 10
