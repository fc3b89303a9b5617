"""The backend is away: cars charge on, and it is told all of it, once, in order, as it was."""

from itertools import count
import random
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.backends.settings import Offline
from custom_components.ev_load_manager.csms.dialect import TagInfo, TagStatus
from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.client import Client
from tests.csms.conftest import ago, sample

from .conftest import Dial, House, settings_of, until

pytestmark = pytest.mark.usefixtures("hurry")


class Car:
    """Sessions of one charger, with a register that only goes up."""

    def __init__(self) -> None:
        """It has counted before."""
        self.register = 1000
        self.charged: list[int] = []
        self.told = 0

    async def start(self, client: Client, tag: str = "CARD") -> int:
        """Begin a session; returns its id."""
        self.told += 1
        self.began = self.register
        self.sent = {
            "connectorId": 1,
            "idTag": tag,
            "meterStart": self.register,
            "timestamp": ago(100_000 - self.told),
        }
        answer = await client.call("StartTransaction", **self.sent)
        return int(answer["transactionId"])

    async def charge(self, client: Client, name: int, energy: int) -> None:
        """Charge, and tell of it."""
        self.register += energy
        await client.call(
            "MeterValues",
            connectorId=1,
            transactionId=name,
            meterValue=[{"timestamp": ago(1), "sampledValue": [sample(str(self.register))]}],
        )

    async def stop(self, client: Client, name: int) -> None:
        """End it."""
        self.charged.append(self.register - self.began)
        await client.call(
            "StopTransaction", transactionId=name, meterStop=self.register, timestamp=ago(0)
        )

    async def session(self, client: Client, energy: int) -> int:
        """A whole one."""
        name = await self.start(client)
        await self.charge(client, name, energy)
        await self.stop(client, name)
        return name


def all_told(house: House) -> bool:
    """Whether the backend is there, and knows everything."""
    backend = house.relay.backends["b1"]
    return backend.connected and not len(backend.outbox)


def away(house: House) -> bool:
    """Whether it is known that the backend is gone."""
    return not house.relay.backends["b1"].may_answer


def known(**more: Any) -> dict[str, Any]:
    """Everybody may charge while it is away."""
    return {"offline": Offline.EVERYBODY} | more


async def linked(house: House, backend: SimulatedBackend, dial: Dial) -> Client:
    """The charger, once it has said who it is to us and to its backend."""
    await house.start(settings_of(backend, **known()))
    charger: Client = await dial()
    await house.connected()
    return charger


async def test_a_session_of_an_outage_is_billed_with_its_own_times(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    charger = await linked(house, backend, dial)
    await backend.stop()
    await until(lambda: away(house))
    car = Car()
    name = await car.session(charger, 700)
    sent = car.sent
    await backend.start()
    await until(lambda: all_told(house))

    assert name == 100
    assert backend.of("StartTransaction") == [sent]
    assert [bill.energy for bill in backend.bills.values()] == [700]
    order = [
        action for action, _, _ in backend.heard if "Transaction" in action or "Meter" in action
    ]
    assert order == ["StartTransaction", "MeterValues", "StopTransaction"]
    assert {one["transactionId"] for one in backend.of("MeterValues")} == {7001}
    assert backend.faults == []


async def test_a_session_that_goes_on_when_it_is_back_has_both_names(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend, **known()))
    charger = await dial()
    charger.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    await house.connected()
    await backend.stop()
    await until(lambda: away(house))
    car = Car()
    name = await car.start(charger)
    await backend.start()
    await until(lambda: all_told(house))
    await backend.ask("CP1", "RemoteStopTransaction", {"transactionId": 7001})
    asked = await charger.next_call("RemoteStopTransaction")
    await car.charge(charger, name, 40)
    await car.stop(charger, name)
    await until(lambda: all_told(house))

    assert (name, asked) == (100, {"transactionId": 100})
    assert [bill.energy for bill in backend.bills.values()] == [40]
    assert backend.faults == []


async def test_a_name_of_somebody_elses_session_ends_none_of_ours(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """It counts those of all its chargers: what is called so here is called otherwise there."""
    await house.start(settings_of(backend, **known()), first_id=7002)
    charger = await dial()
    charger.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    await house.connected()
    await backend.stop()
    await until(lambda: away(house))
    name = await Car().start(charger)
    await backend.start()
    await until(lambda: all_told(house))
    asked = {"transactionId": name}
    answer = await backend.ask("CP1", "RemoteStopTransaction", asked)
    await backend.ask("CP1", "RemoteStopTransaction", {"transactionId": 7001})

    assert (name, answer) == (7002, {"status": "Rejected"})
    assert await charger.next_call("RemoteStopTransaction") == asked
    assert charger.asked.empty()


@pytest.mark.parametrize("outage", [False, True])
async def test_sessions_that_begin_in_the_same_words_are_billed_each(
    house: House, backend: SimulatedBackend, dial: Dial, outage: bool
) -> None:
    """A clock that begins anew with each boot, and a register that begins anew with each session."""
    names = count(7001)
    backend.answers["StartTransaction"] = lambda _: {
        "transactionId": next(names),
        "idTagInfo": {"status": "Accepted"},
    }
    backend.answers["StopTransaction"] = {}
    await house.start(settings_of(backend, **known()))
    charger = await dial()
    await house.connected()
    if outage:
        await backend.stop()
        await until(lambda: away(house))
    told = "2000-01-01T00:00:09Z"
    sent = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": told}
    for energy in (100, 250, 70):
        await charger.status("Available", timestamp=told)
        await clock.sleep(60.0)
        await charger.status("Preparing", timestamp=told)
        name = (await charger.call("StartTransaction", **sent))["transactionId"]
        # Its answer may have been lost.
        assert (await charger.call("StartTransaction", **sent))["transactionId"] == name
        await clock.sleep(600.0)
        ended = {"transactionId": name, "meterStop": energy, "timestamp": told}
        for _ in range(2):
            await charger.call("StopTransaction", **ended)
        await clock.sleep(600.0)
    if outage:
        await backend.start()
    await until(lambda: all_told(house))

    assert len(backend.of("StartTransaction")) == 3
    stops = backend.of("StopTransaction")
    assert {one["transactionId"]: one["meterStop"] for one in stops} == {
        7001: 100,
        7002: 250,
        7003: 70,
    }
    assert len(stops) == 3


async def test_what_is_to_be_told_outlives_a_restart(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    charger = await linked(house, backend, dial)
    await backend.stop()
    await until(lambda: away(house))
    car = Car()
    await car.session(charger, 300)
    name = await car.start(charger)
    await house.stop()
    await house.start(settings_of(backend, **known()), first_id=200)
    again = await dial()
    await car.charge(again, name, 50)
    await backend.start()
    await until(lambda: all_told(house))
    await car.stop(again, name)
    await until(lambda: all_told(house))

    assert [bill.energy for bill in backend.bills.values()] == [300, 50]
    assert backend.faults == []


async def test_a_start_whose_answer_is_lost_is_told_again_as_the_same(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """The backend has it, and dies before it says so."""
    lost = 1

    def answer(payload: dict[str, Any]) -> Any:
        nonlocal lost
        told = backend.bill(payload)
        if lost:
            lost -= 1
            return SILENCE
        return told

    backend.answers["StartTransaction"] = answer
    charger = await linked(house, backend, dial)
    car = Car()
    name = await car.start(charger)
    await car.charge(charger, name, 60)
    await car.stop(charger, name)
    await until(lambda: all_told(house))

    first, second = backend.texts_of("StartTransaction")
    assert first == second
    assert [bill.energy for bill in backend.bills.values()] == [60]
    assert backend.faults == []


async def test_a_charger_that_lost_an_answer_begins_no_second_session(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    charger = await linked(house, backend, dial)
    car = Car()
    name = await car.start(charger)
    again = await charger.call("StartTransaction", **car.sent)
    await house.stop()
    await house.start(settings_of(backend, **known()), first_id=200)
    charger = await dial()
    third = await charger.call("StartTransaction", **car.sent)
    await backend.stop()
    await until(lambda: away(house))
    fourth = await charger.call("StartTransaction", **car.sent)

    assert {name, again["transactionId"], third["transactionId"], fourth["transactionId"]} == {7001}
    assert len(backend.bills) == 1


async def test_the_same_in_an_outage(house: House, backend: SimulatedBackend, dial: Dial) -> None:
    charger = await linked(house, backend, dial)
    await backend.stop()
    await until(lambda: away(house))
    car = Car()
    name = await car.start(charger)
    again = await charger.call("StartTransaction", **car.sent)
    await backend.start()
    await until(lambda: all_told(house))
    third = await charger.call("StartTransaction", **car.sent)

    assert {name, again["transactionId"], third["transactionId"]} == {100}
    assert len(backend.bills) == 1


async def test_a_card_that_is_refused_later_ends_its_session(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    backend.accepted_tags = lambda _: "Blocked"
    await house.start(settings_of(backend, **known()))
    charger = await dial()
    charger.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    await house.connected()
    await backend.stop()
    await until(lambda: away(house))
    name = await Car().start(charger)
    await backend.start()
    asked = await charger.next_call("RemoteStopTransaction")

    assert asked == {"transactionId": name}


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        (Offline.KNOWN, {"LATELY", "LISTED"}),
        (Offline.LIST, {"LISTED"}),
        (Offline.EVERYBODY, {"LATELY", "LISTED", "STRANGER"}),
        (Offline.NOBODY, set()),
    ],
)
async def test_who_may_charge_meanwhile_is_a_setting(
    house: House, backend: SimulatedBackend, dial: Dial, rule: Offline, accepted: set[str]
) -> None:
    house.listed["LISTED"] = TagInfo(TagStatus.ACCEPTED)
    await house.start(settings_of(backend, offline=rule))
    charger = await dial()
    await house.connected()
    await charger.call("Authorize", idTag="LATELY")
    await backend.stop()
    await until(lambda: away(house))
    told = {
        tag
        for tag in ("LATELY", "LISTED", "STRANGER")
        if (await charger.call("Authorize", idTag=tag))["idTagInfo"]["status"] == "Accepted"
    }
    assert told == accepted


async def test_a_card_is_known_for_some_time_only(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await charger.call("Authorize", idTag="LATELY")
    house.relay.backends["b1"].tags["lately"] -= 31 * 86400.0
    await backend.stop()
    await until(lambda: away(house))
    answer = await charger.call("Authorize", idTag="LATELY")
    assert answer["idTagInfo"]["status"] == "Invalid"


async def test_a_charger_that_restarts_in_an_outage_is_admitted_and_its_boot_told_later(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    charger = await linked(house, backend, dial)
    await backend.stop()
    await until(lambda: away(house))
    await charger.drop()
    again = await dial(boots=False)
    answer = await again.boot(firmwareVersion="2.0")
    await backend.start()
    await until(lambda: all_told(house))

    assert answer["status"] == "Accepted"
    assert backend.of("BootNotification")[-1]["firmwareVersion"] == "2.0"


async def test_every_session_is_billed_once_whatever_fails(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """100 sessions, 10 outages of the backend, 3 restarts of ours, answers lost now and then."""
    number = random.Random(17)

    def loses(answer: Any) -> Any:
        return SILENCE if number.random() < 0.02 else answer

    backend.answers["StartTransaction"] = lambda payload: loses(backend.bill(payload))
    backend.answers["StopTransaction"] = lambda payload: loses(backend.close_bill(payload))
    settings = settings_of(backend, **known())
    await house.start(settings)
    charger = await dial()
    await house.connected()
    car = Car()
    for session in range(100):
        if session % 10 == 5:
            await backend.stop()
        if session % 10 == 8:
            await backend.start()
        name = await car.start(charger)
        await car.charge(charger, name, number.randrange(1, 20_000))
        if session in (20, 57, 83):
            await house.stop()
            await house.start(settings, first_id=1000 * (session + 1))
            charger = await dial()
        await car.charge(charger, name, number.randrange(1, 20_000))
        await car.stop(charger, name)
    await until(lambda: all_told(house))

    assert [bill.energy for bill in backend.bills.values()] == car.charged
    assert len(car.charged) == 100
    assert sum(bill.energy or 0 for bill in backend.bills.values()) == car.register - 1000
    assert backend.faults == []
    assert house.relay.backends["b1"].outbox.lost == 0
