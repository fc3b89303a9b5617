"""What a backend says that is no use, or too much: the charger and its limits go on, and so does the bill."""

import asyncio
from functools import partial
import json
from time import thread_time
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.client import SILENCE as UNANSWERED, Client
from tests.csms.conftest import ago

from .conftest import Dial, House, settings_of, until
from .test_outage import Car, all_told, linked

DEEP = "[" * 5000 + "]" * 5000


@pytest.mark.parametrize(
    "frame",
    [
        *("", "[", "null", "[]", "{}", '[2,"1"]', '[2,"1","Reset"]', '[2,"1","Reset",null]'),
        *('[2,"1","Reset",[]]', '[9,"1",{}]', '[3,"nobody asked",{}]', "[3,1,{}]", DEEP),
        *(
            '[4,"nobody asked","Code","",{}]',
            '[2,"1","\\ud800",{}]',
            '[2,"1","Reset",{"type":1e999}]',
        ),
        *(b"\x00\xff", '[2,"1","Authorize",{"idTag":"X"}]', f'[2,"{"i" * 5000}","Reset",{{}}]'),
    ],
)
async def test_what_is_no_order_reaches_nobody_and_ends_no_link(
    house: House, backend: SimulatedBackend, dial: Dial, frame: str | bytes
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    while not charger.asked.empty():
        charger.asked.get_nowait()
    await backend.sockets["CP1"].send(frame)
    backend.faults.clear()
    assert (await charger.call("Authorize", idTag="CARD"))["idTagInfo"]["status"] == "Accepted"
    assert backend.dialled == 1
    assert charger.asked.empty()
    assert house.point.online


async def test_a_frame_that_is_too_great_ends_the_link_and_not_the_session(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None
) -> None:
    charger = await linked(house, backend, dial)
    car = Car()
    name = await car.start(charger)
    await backend.send("CP1", f'[2,"1","DataTransfer",{{"vendorId":"{"x" * 300_000}"}}]')
    await until(lambda: not house.relay.backends["b1"].connected)
    await car.charge(charger, name, 50)
    await car.stop(charger, name)
    await until(lambda: all_told(house))

    assert house.point.online
    assert [bill.energy for bill in backend.bills.values()] == [50]
    assert backend.faults == []


@pytest.mark.parametrize("name", [None, "soon", -5, 0, 1.5, True, 10**400, [7001], {"id": 7001}])
async def test_a_session_that_is_called_what_is_no_name_is_charged_and_told_once_it_has_one(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, name: object
) -> None:
    told = {"idTagInfo": {"status": "Accepted"}, "transactionId": name}
    backend.answers["StartTransaction"] = told
    charger = await linked(house, backend, dial)
    sent = {"connectorId": 1, "idTag": "CARD", "meterStart": 1, "timestamp": ago(5)}
    answer = await charger.call("StartTransaction", **sent)

    assert answer["transactionId"] == 100
    running = house.point.connector(1).transaction
    assert running is not None
    assert running.id == "100"
    assert house.point.online


@pytest.mark.parametrize("how", [SILENCE, "InternalError", "[3", '[3,"1",{}]', {"x": 1}])
async def test_a_start_has_its_answer_within_ten_seconds_whatever_the_backend_does(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, how: Any
) -> None:
    charger = await linked(house, backend, dial)
    backend.answers["StartTransaction"] = backend.answers["StopTransaction"] = how
    car = Car()
    began = clock.monotonic()
    name = await car.start(charger)
    assert clock.monotonic() - began <= 10.5
    began = clock.monotonic()
    await car.stop(charger, name)
    assert clock.monotonic() - began <= 10.5
    assert house.point.connector(1).transaction is None


@pytest.mark.parametrize("what", ["pings", "empty frames", "parts of a frame"])
async def test_who_floods_with_what_says_nothing_is_hung_up_on_before_it_holds_up_a_cut(
    house: House, backend: SimulatedBackend, dial: Dial, what: str
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    raw = {
        "pings": b"\x89\x00" * 120_000,
        "empty frames": b"\x81\x00" * 120_000,
        "parts of a frame": b"\x01\x00" + b"\x00\x00" * 120_000,
    }[what]
    longest = 0.0
    watching = True

    async def watch() -> None:
        nonlocal longest
        while watching:
            began = thread_time()
            await asyncio.sleep(0)
            longest = max(longest, thread_time() - began)

    watcher = asyncio.create_task(watch())
    backend.sockets["CP1"].transport.write(raw)
    await until(lambda: not house.relay.backends["b1"].connected)
    watching = False
    await watcher
    assert longest < 1.0
    assert house.point.online


async def test_an_order_with_an_id_that_it_used_before_is_answered_like_any_other(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ClearCache"] = {"status": "Accepted"}
    await house.connected()
    for _ in range(2):
        await backend.send("CP1", '[2,"same","ClearCache",{}]')
        assert await charger.next_call("ClearCache") == {}
    await until(lambda: [json.loads(one)[1] for one in backend.frames].count("same") == 2)


async def takes_nothing_any_more(
    house: House, backend: SimulatedBackend, charger: Client
) -> asyncio.Transport:
    """The backend goes on asking, but never reads an answer, until no more can be sent to it."""
    keys = [{"key": f"K{number}", "readonly": True, "value": "x" * 490} for number in range(300)]
    charger.answers["GetConfiguration"] = {"configurationKey": keys, "unknownKey": []}
    ours = house.relay.backends["b1"]
    link: asyncio.Transport = backend.sockets["CP1"].transport
    link.pause_reading()

    def is_full() -> bool:
        return (calls := ours._calls) is not None and calls._write.__self__.paused  # type: ignore[attr-defined]

    def goes_on(asked: int) -> bool:
        return is_full() or len(charger.asked_ids) > asked

    for number in range(1000):
        asked = len(charger.asked_ids)
        await backend.send("CP1", f'[2,"{number}","GetConfiguration",{{}}]')
        await until(partial(goes_on, asked))
        if is_full():
            return link
    raise AssertionError("it took all of it")


@pytest.mark.parametrize("then", ["the charger goes", "it is removed", "nothing"])
async def test_a_backend_that_takes_nothing_any_more_is_hung_up_on(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, then: str
) -> None:
    """What waits to be sent to it keeps nobody from going, nor it from being dialled again."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    ours = house.relay.backends["b1"]
    link = await takes_nothing_any_more(house, backend, charger)
    async with asyncio.timeout(300.0):
        match then:
            case "the charger goes":
                await charger.drop()
                await until(lambda: ours._task is None and not ours._closing)
            case "it is removed":
                await house.relay.use({})
            case "nothing":
                await backend.until(lambda: backend.dialled == 2)
                await house.connected()
    link.abort()


async def test_orders_that_wait_take_no_more_room_than_the_longest_one(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["DataTransfer"] = UNANSWERED
    await house.connected()
    told = {"vendorId": "V", "data": "x" * 100_000}
    waiting = [asyncio.create_task(backend.ask("CP1", "DataTransfer", told))]
    await charger.next_call("DataTransfer")
    waiting += [asyncio.create_task(backend.ask("CP1", "DataTransfer", told)) for _ in range(5)]
    done, goes_on = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    while len(done) < 3:
        more, goes_on = await asyncio.wait(goes_on, return_when=asyncio.FIRST_COMPLETED)
        done |= more
    assert [one.result() for one in done] == ["GenericError"] * 3
    for one in goes_on:
        one.cancel()
