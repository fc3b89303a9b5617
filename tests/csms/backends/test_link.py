"""The link to a backend: as long as the charger is there, dialled with patience, and with signs of life as asked."""

from itertools import pairwise
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.backends.backend import FIRST_BACK_OFF, LONGEST_BACK_OFF
from simulation.backends.backend import SimulatedBackend
from tests.csms.v201.station import Station

from .conftest import Dial, House, settings_of, until

pytestmark = pytest.mark.usefixtures("hurry")


def at_each_dial(backend: SimulatedBackend) -> list[float]:
    """When it is dialled, s, from now on; it turns everybody away."""
    at: list[float] = []

    def refuses(_: dict[str, Any]) -> str:
        at.append(clock.monotonic())
        backend.sockets["CP1"].transport.abort()
        return "InternalError"

    backend.answers["BootNotification"] = refuses
    return at


@pytest.mark.parametrize("listens", [True, False])
async def test_it_is_hung_up_within_five_seconds_of_the_charger_being_gone(
    house: House, backend: SimulatedBackend, dial: Dial, listens: bool
) -> None:
    """Also where the backend does not hear that somebody wants to hang up."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    link = backend.sockets["CP1"].transport
    if not listens:
        link.pause_reading()
    ours = house.relay.backends["b1"]
    await charger.drop()
    gone_at = clock.monotonic()
    await until(lambda: ours._task is None and not ours._closing)
    # Its patience with a link is that of the machine, of which this clock has ten seconds each.
    assert clock.real(clock.monotonic() - gone_at) <= 5.0
    assert not house.relay.backends["b1"].connected
    assert backend.dialled == 1
    link.abort()


async def test_it_is_dialled_again_after_five_seconds_to_five_minutes(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    at = at_each_dial(backend)
    await house.start(settings_of(backend))
    await dial()
    await backend.until(lambda: len(at) >= 12)
    waits = [after - before for before, after in pairwise(at)]
    assert all(FIRST_BACK_OFF <= wait <= LONGEST_BACK_OFF + 1.0 for wait in waits)
    assert waits[0] <= 10.0
    assert all(wait >= 190.0 for wait in waits[6:])


async def test_no_two_chargers_dial_again_at_the_same_time(
    house: House, dial: Dial, backend: SimulatedBackend
) -> None:
    """What an outage ended for all of them at once does not begin for all of them at once."""
    async with SimulatedBackend() as other:
        at = [at_each_dial(one) for one in (backend, other)]
        await house.start(settings_of(backend), settings_of(other, "b2", decides=False))
        await dial()
        for one, dials in zip((backend, other), at, strict=True):
            await one.until(lambda dials=dials: len(dials) >= 10)  # type: ignore[misc]
    waits = [[after - before for before, after in pairwise(one)] for one in at]
    # Some may meet by chance, but neither all of them, nor the longest ones.
    assert sum(abs(one - other) > 0.1 for one, other in zip(*waits, strict=False)) >= 7
    assert len({round(wait) for one in waits for wait in one[6:]}) >= 3


async def test_a_link_that_held_is_dialled_again_soon(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    at = at_each_dial(backend)
    await house.start(settings_of(backend))
    await dial()
    await backend.until(lambda: len(at) >= 8)
    backend.answers.clear()
    await house.connected()
    await clock.sleep(61.0)
    lost_at = clock.monotonic()
    backend.sockets["CP1"].transport.abort()
    await until(lambda: not house.relay.backends["b1"].connected)
    await house.connected()
    assert clock.monotonic() - lost_at < 10.0


async def test_heartbeats_come_as_often_as_its_boot_says_and_as_it_writes_later(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """A shorter interval counts at once, not after the longer one that it replaces."""
    beats: list[float] = []

    def beat(_: dict[str, Any]) -> dict[str, str]:
        beats.append(clock.monotonic())
        return {"currentTime": "2030-01-01T00:00:00Z"}

    backend.answers["Heartbeat"] = beat
    backend.answers["BootNotification"] = {
        "status": "Accepted",
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": 1200,
    }
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetConfiguration"] = {"configurationKey": [], "unknownKey": []}
    await house.connected()
    accepted_at = clock.monotonic()
    await backend.until(lambda: len(beats) == 1)
    assert beats[0] - accepted_at == pytest.approx(1200.0, abs=30.0)
    read = await backend.ask("CP1", "GetConfiguration", {"key": ["HeartbeatInterval"]})
    assert [one["value"] for one in read["configurationKey"]] == ["1200"]
    await backend.ask("CP1", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    written_at = clock.monotonic()
    await backend.until(lambda: len(beats) == 5)
    assert beats[1] - written_at <= 61.0
    assert all(later - beat == pytest.approx(60.0, abs=1.0) for beat, later in pairwise(beats[1:]))


async def test_pings_come_as_often_as_it_writes_or_not_at_all(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """Some operators ask for one in three minutes."""
    await house.start(settings_of(backend))
    await dial()
    await house.connected()

    async def within(seconds: float) -> int:
        before = backend.pinged
        await clock.sleep(seconds)
        return backend.pinged - before

    async def write(value: str) -> None:
        written = {"key": "WebSocketPingInterval", "value": value}
        assert await backend.ask("CP1", "ChangeConfiguration", written) == {"status": "Accepted"}

    assert 9 <= await within(601.0) <= 11
    await write("180")
    assert 3 <= await within(725.0) <= 5
    await write("0")
    assert await within(3600.0) == 0
    await write("100")
    assert 9 <= await within(1005.0) <= 11
    assert backend.dialled == 1


async def test_who_says_something_anyway_is_not_pinged_unless_it_wants_to_be(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()

    async def busy(minutes: int) -> int:
        before = backend.pinged
        for _ in range(2 * minutes):
            await charger.call("Authorize", idTag="CARD")
            await clock.sleep(30.0)
        return backend.pinged - before

    assert await busy(20) == 0
    written = {"key": "WebSocketPingInterval", "value": "60"}
    await backend.ask("CP1", "ChangeConfiguration", written)
    assert 18 <= await busy(20) <= 21


async def test_a_link_that_died_unseen_is_noticed_by_its_pings_and_dialled_again(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """A router that forgot the connection: nothing is closed, and nothing comes."""
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    deaf = backend.sockets["CP1"].transport
    deaf.pause_reading()
    began = clock.monotonic()
    await until(lambda: backend.dialled == 2)
    await house.connected()
    # A ping comes after 60 s; the patience with its pong is the machine's, and then it is dialled.
    assert clock.monotonic() - began < 60.0 + 20.0 * clock.factor() + 60.0
    deaf.abort()


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_a_charger_that_speaks_another_version_is_not_translated(
    house: House, backend: SimulatedBackend, dial: Dial, version: str
) -> None:
    """It charges as without a backend, whose entity says why; back in 1.6 it has its backend."""
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    await charger.drop()
    # Its firmware was updated.
    async with Station(house.system, version=version) as station:
        await station.boot()
        await backend.until(lambda: not backend.sockets)
        ours = house.relay.backends["b1"]
        assert (ours.state, ours.problem and ours.problem.key) == (
            "away",
            "backend_charger_version",
        )
        await station.event("Started", "CablePluggedIn", evse=1)
        await clock.sleep(600.0)
        assert backend.dialled == 1
        assert backend.of("StartTransaction") == []
        assert len(ours.outbox) == 0
    await dial()
    await house.connected()
