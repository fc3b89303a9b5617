"""What a charger says late holds up no cut, and proves nothing of what it was told since."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.schedule import JobKind
from custom_components.ev_load_manager.csms.limits.worker import LimitWorker
from tests.csms.bench import CATALOGUE, Bench, Make
from tests.csms.queued_charger import (
    ACCEPTED,
    REJECTED,
    SOON,
    Answer,
    QueuedCharger,
    holds,
    is_standing,
    told_by,
)

pytestmark = pytest.mark.usefixtures("time_jumps")

KEYS = {"growatt_atess": "G_MaxCurrent", "alfen_eve_ng9": "Station-MaxCurrent"}
"""Models whose outlets share a key."""
AT_MOST = 5.6
"""s after which a cut has left, whatever is unanswered."""
THREE = frozenset({0, 1, 2})

type MakeQueued = Callable[..., tuple[Bench, QueuedCharger]]


@pytest.fixture
async def queued(make: Make) -> AsyncGenerator[MakeQueued]:
    """Make a bench with a charger that holds keys, and whose outlets have sessions."""
    chargers = []

    def made(
        model: str = "generic", *, outlets: int = 1, fallback: float = 6.0, key: str = "64"
    ) -> tuple[Bench, QueuedCharger]:
        charger = QueuedCharger({KEYS[model]: key} if model in KEYS else None)
        chargers.append(charger)
        profile = CATALOGUE.profiles.get(model, CATALOGUE.generic)
        bench = make(profile, connectors=outlets, charger=charger)
        bench.limits.know(profile, stack_level_maximum=3)
        for number in range(1, outlets + 1):
            bench[number].session_started(str(number), "tag")
            bench[number].loads(THREE)
            bench[number].set_terms(fallback, 300.0)
        return bench, charger

    yield made
    for charger in chargers:
        await charger.stop()


def no_profiles(action: str, _: dict[str, Any]) -> Answer | None:
    """It takes no profile: its key leads."""
    return (SOON, REJECTED) if action == "SetChargingProfile" else None


async def led_by_key(
    queued: MakeQueued, model: str, each: float, outlets: int = 2, **more: Any
) -> tuple[Bench, QueuedCharger]:
    """Have outlets take so much each by what they share."""
    bench, charger = queued(model, outlets=outlets, **more)
    charger.answers = no_profiles
    for number in range(1, outlets + 1):
        bench[number].want(each)
    for number in range(1, outlets + 1):
        await bench.accepted(number, each)
    await clock.sleep(100)
    assert float(charger.keys[KEYS[model]]) == outlets * each
    return bench, charger


async def holds_books(bench: Bench, seconds: float, truth: Callable[[], float]) -> None:
    """Let time pass in which the books of all outlets are never below what they may draw."""
    for _ in range(round(10 * seconds)):
        await clock.sleep(0.1)
        books = sum(keeper.highest_possible for keeper in bench.limits.keepers.values())
        assert truth() <= books + 0.01


async def is_cut_in_time(bench: Bench, charger: QueuedCharger, amperes: float) -> None:
    """Less is wanted a moment later, and leaves within the time that it has."""
    await clock.sleep(0.1)
    wanted_at = clock.monotonic()
    bench[1].want(amperes)
    await clock.sleep(100)
    assert charger.left(amperes, wanted_at) <= AT_MOST


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("model", KEYS)
@pytest.mark.parametrize("outlets", [1, 2])
async def test_a_key_that_was_read_before_it_was_written_says_nothing_of_that(
    queued: MakeQueued, model: str, outlets: int, answers: bool
) -> None:
    """The charger is back, and tells after 12 s what it held then; a limit has left since."""
    key = KEYS[model]
    # One outlet: it is to be cut once it is back, as what it does alone is more.
    bench, charger = await led_by_key(
        queued, model, 8.0, outlets, fallback=20.0 if outlets == 1 else 6.0
    )
    held = charger.keys[key]

    def late(action: str, payload: dict[str, Any]) -> Answer | None:
        if action == "GetConfiguration":
            return 12.0, holds({key: held})
        if action != "ChangeConfiguration":
            return no_profiles(action, payload)
        charger.keys[key] = payload["value"]
        return 20.0, ACCEPTED if answers else None

    charger.answers = late
    bench.limits.disconnected(clock.monotonic())
    bench[1].want(16 if outlets == 1 else 20)
    if outlets == 2:
        bench[2].want(6)
    charger.connect()
    bench.limits.connected()
    await holds_books(bench, 9, lambda: float(charger.keys[key]))
    for keeper in bench.limits.keepers.values():
        keeper.want(8)
    await holds_books(bench, 300, lambda: float(charger.keys[key]))


@pytest.mark.parametrize("model", KEYS)
async def test_what_one_outlet_can_not_take_of_a_sum_is_the_others(
    queued: MakeQueued, model: str
) -> None:
    """A key holds 32 A for both and is refused from then on; each outlet has its profile, too."""
    bench, charger = await led_by_key(queued, model, 16.0)
    own = dict.fromkeys((1, 2), 32.0)

    def profiles(action: str, payload: dict[str, Any]) -> Answer | None:
        if action == "ChangeConfiguration":
            return SOON, REJECTED
        told = told_by(action, payload)
        if told is None:
            return None
        schedule = payload["csChargingProfiles"]["chargingSchedule"]
        if payload["connectorId"] == 0 or schedule["chargingRateUnit"] == "W":
            return SOON, REJECTED
        own[payload["connectorId"]] = told
        return None

    def drawn() -> float:
        return min(float(charger.keys[KEYS[model]]), sum(own.values()))

    charger.answers = profiles
    bench[1].want(6)
    await holds_books(bench, 30, drawn)
    bench[2].want(26)
    await holds_books(bench, 300, drawn)


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("model", KEYS)
async def test_a_sum_that_raises_another_outlet_is_lowered_whatever_the_disk_does(
    queued: MakeQueued, model: str, is_full: bool
) -> None:
    """It hangs, or it is full."""
    bench, charger = await led_by_key(queued, model, 10.0)
    disk = asyncio.Event()

    async def save() -> None:
        if is_full and not disk.is_set():
            raise OSError("no space left on device")
        await disk.wait()

    bench.limits._saving._save = save
    wanted_at = clock.monotonic()
    bench[2].want(12)
    bench[1].want(6)
    await clock.sleep(AT_MOST)
    # What the other one gains is not stored, so that one gets no more.
    assert charger.left(16, wanted_at) <= AT_MOST
    assert float(charger.keys[KEYS[model]]) == 16.0
    disk.set()
    await clock.sleep(100)
    assert float(charger.keys[KEYS[model]]) == 18.0


@pytest.mark.parametrize("late", [1.0, 2.4])
async def test_a_cut_does_not_wait_for_what_was_refused_beside_it(
    queued: MakeQueued, late: float
) -> None:
    """It was wanted while a fallback was on its way, which is then refused."""
    bench, charger = queued()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(30)
    charger.answers = lambda _, payload: (late, REJECTED) if is_standing(payload) else None
    asked = len(charger.asked)
    bench[1].set_terms(8.0, 300.0)
    while not any(is_standing(payload) for _, _, payload in charger.asked[asked:]):
        await clock.sleep(0.05)
    await is_cut_in_time(bench, charger, 10)


@pytest.mark.parametrize("late", [1.0, 3.0, 4.9])
async def test_a_cut_does_not_wait_for_a_key_that_was_to_be_lifted(
    queued: MakeQueued, late: float
) -> None:
    """A key holds an outlet low, and is refused once profiles lead; less is wanted meanwhile."""
    bench, charger = await led_by_key(queued, "alfen_eve_ng9", 10.0, 1)
    charger.answers = lambda action, _: (
        (late, REJECTED) if action == "ChangeConfiguration" else None
    )
    bench[1].want(16)
    jobs = bench.limits._worker._jobs
    while not any(job.kind is JobKind.LIFT and job.progress.amperes for job in jobs.values()):
        await clock.sleep(0.05)
    await is_cut_in_time(bench, charger, 8)


async def test_a_cut_that_names_its_session_waits_for_the_start_of_no_other(
    queued: MakeQueued,
) -> None:
    bench, charger = queued(outlets=2)
    for number in (1, 2):
        bench[number].want(16)
    for number in (1, 2):
        await bench.accepted(number, 16.0)
    bench.limits._choice.lead_by_session(2)
    await clock.sleep(30)
    wanted_at = bench.unanswered[1] = clock.monotonic()
    bench[1].want(6)
    await clock.sleep(4.5)
    bench.unanswered[2] = clock.monotonic()
    bench.limits.wake()
    await clock.sleep(20)
    assert charger.left(6, wanted_at) <= AT_MOST


async def test_a_cut_waits_for_no_row_of_starts(queued: MakeQueued) -> None:
    bench, charger = queued()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(30)
    wanted_at = clock.monotonic()
    bench[1].want(6)
    for number in range(2, 22):
        bench.unanswered[number] = clock.monotonic()
        bench.limits.wake()
        await clock.sleep(0.45)
    assert charger.left(6, wanted_at) <= AT_MOST


@pytest.mark.parametrize("model", KEYS)
async def test_a_key_that_was_read_before_a_write_was_refused_is_as_it_was(
    queued: MakeQueued, model: str
) -> None:
    """It is back, and holds what is wanted again by the time that it says so."""
    key = KEYS[model]
    bench, charger = await led_by_key(queued, model, 16.0, 1, fallback=20.0)

    def refuses(action: str, payload: dict[str, Any]) -> Answer | None:
        if action == "GetConfiguration":
            return 8.0, holds({key: charger.keys[key]})
        if action == "ChangeConfiguration":
            return 1.0, REJECTED
        return no_profiles(action, payload)

    charger.answers = refuses
    began = clock.monotonic()
    bench.limits.disconnected(began)
    charger.connect()
    bench.limits.connected()
    await clock.sleep(1)
    bench[1].want(8)
    await clock.sleep(6)
    bench[1].want(16)
    await clock.sleep(600)
    assert not bench[1].offer.refused
    assert (
        sum(at >= began and action == "ChangeConfiguration" for at, action, _ in charger.asked) <= 2
    )


async def test_a_session_whose_profile_can_be_neither_cleared_nor_replaced_is_left_a_pause(
    queued: MakeQueued,
) -> None:
    def of_session(payload: dict[str, Any]) -> bool:
        return bool(payload["csChargingProfiles"]["chargingProfilePurpose"] == "TxProfile")

    def refuses(action: str, payload: dict[str, Any]) -> Answer | None:
        is_its = action == "SetChargingProfile" and of_session(payload)
        return (SOON, REJECTED) if is_its or action == "ClearChargingProfile" else None

    bench, charger = queued()
    bench.limits._choice.lead_by_session(1)
    bench[1].want(32)
    await bench.accepted(1, 32.0)
    await clock.sleep(30)
    charger.answers = refuses
    asked = len(charger.asked)
    bench[1].want(10)
    await clock.sleep(600)
    assert len(charger.asked) - asked <= 60


async def test_a_fault_of_ours_is_followed_by_a_pause_however_often_less_is_wanted(
    queued: MakeQueued, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = queued()
    bench[1].want(32)
    await bench.accepted(1, 32.0)
    await clock.sleep(30)
    tries = 0

    async def fails(*_: Any, **__: Any) -> None:
        nonlocal tries
        tries += 1
        await clock.sleep(0.3)
        raise RuntimeError

    monkeypatch.setattr(type(bench.limits._sender), "carry_out", fails)
    for number in range(300):
        bench[1].want(31 - number / 10)
        await clock.sleep(0.2)
    assert tries <= 15


@pytest.mark.parametrize("model", KEYS)
async def test_a_cut_leaves_while_the_disk_hangs_where_another_outlet_begins(
    queued: MakeQueued, model: str
) -> None:
    """The charger takes no 0 A: the one that begins gets the lowest that charges, once that is stored."""
    key = KEYS[model]

    def takes_no_zero(action: str, payload: dict[str, Any]) -> Answer | None:
        if action == "ChangeConfiguration" and float(payload["value"]) == 0.0:
            return SOON, REJECTED
        return no_profiles(action, payload)

    bench, charger = await led_by_key(queued, model, 16.0)
    charger.answers = takes_no_zero
    for number in (1, 2):
        bench[number].want(0)
    await clock.sleep(200)
    bench.limits.session_ended(2)
    bench[1].want(16)
    await clock.sleep(200)
    assert float(charger.keys[key]) == 16.0
    disk, saves = asyncio.Event(), 0

    async def hangs() -> None:
        nonlocal saves
        saves += 1
        await disk.wait()

    bench.limits._saving._save = hangs
    wanted_at = clock.monotonic()
    bench[2].session_started("9", "tag")
    bench[2].loads(THREE)
    bench[2].want(6)
    bench[1].want(8)
    await clock.sleep(600)
    assert charger.left(8, wanted_at) <= AT_MOST
    # It does not pile up what is to be stored.
    assert saves <= 10
    disk.set()
    await clock.sleep(100)
    assert float(charger.keys[key]) == 14.0


@pytest.mark.parametrize("model", KEYS)
async def test_no_cut_overtakes_itself(
    queued: MakeQueued, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One outlet is to have more in the moment in which the other's session ends."""
    bench, _ = await led_by_key(queued, model, 6.0)
    begun, real = 0, LimitWorker._begin

    async def stores() -> None:
        await clock.sleep(0)

    def begins(self: LimitWorker, *what: Any) -> None:
        nonlocal begun
        begun += 1
        assert begun < 50
        real(self, *what)

    bench.limits._saving._save = stores
    monkeypatch.setattr(LimitWorker, "_begin", begins)
    bench[1].want(13.5)
    bench.limits.session_ended(2)
    await clock.sleep(60)
    assert begun
