"""One limit for two outlets: the books tell what each may take of it, whatever the other does."""

from collections.abc import Callable
import json
from random import Random
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import Profiles
from custom_components.ev_load_manager.csms.limits.connector_limit import Outlet
from custom_components.ev_load_manager.csms.limits.reconcile import Clearing
from custom_components.ev_load_manager.csms.limits.slots import Booking, Layer, Slot
from custom_components.ev_load_manager.csms.limits.worker import LimitWorker
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Bench, Make
from tests.csms.scripted_charger import REJECTED, ScriptedCharger

from .test_refusal import takes_at_most, two_behind_a_key, two_refused_a_sum

pytestmark = pytest.mark.usefixtures("time_jumps")

THREE = frozenset({0, 1, 2})


def flicker(bench: Bench) -> None:
    """A car is seen on one phase, and then on three again."""
    bench[2].loads(frozenset({0}))
    bench[2].loads(THREE)


def key_of(charger: ScriptedCharger) -> float:
    return float(charger.of("ChangeConfiguration")[-1]["value"])


@pytest.mark.parametrize(
    "leaves",
    [
        lambda bench: bench[2].loads(frozenset({0})),
        lambda bench: bench[2].loads(frozenset({1, 2})),
        lambda bench: bench.limits.session_ended(2),
    ],
)
async def test_whose_phases_become_others_or_session_ends_leaves_what_it_had_to_the_other(
    make: Make, leaves: Callable[[Bench], None]
) -> None:
    """What was told for both together may be one car's on the phases that the other leaves."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    assert key_of(charger) == 16.0
    leaves(bench)
    assert bench[1].highest_possible == 16.0
    await clock.sleep(5.5)
    assert key_of(charger) == 8.0
    assert bench[1].highest_possible == 8.0


async def test_what_is_to_be_cleared_may_leave_an_outlet_what_the_other_can_not_take(
    make: Make,
) -> None:
    """Both have a profile below the key: the one that goes held its outlet to its part."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    for number, amperes in ((2, 8.0), (1, 6.0)):
        slot = Slot(Layer.DEFAULT, f"{Layer.DEFAULT}/{number}", number, 1)
        ticket = bench[number].book(Booking(slot=slot, amperes=amperes))
        bench[number].ledger.accepted(ticket)
    assert [bench[number].highest_possible for number in (1, 2)] == [6.0, 8.0]
    bench.limits._ask_to_clear(Clearing(Profiles(name=f"{Layer.DEFAULT}/2")))
    assert bench[2].highest_possible >= 16.0 - 6.0


async def test_parts_settle_where_each_may_take_what_the_other_can_not(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each outlet has a profile that may be one of two: one more and one less than a part."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=16.0)
    begun, real = 0, LimitWorker._begin

    def begins(self: LimitWorker, *what: Any) -> None:
        nonlocal begun
        begun += 1
        assert begun < 50
        real(self, *what)

    monkeypatch.setattr(LimitWorker, "_begin", begins)
    written = len(charger.of("ChangeConfiguration"))
    for number, most in ((1, 12.0), (2, 20.0)):
        slot = Slot(Layer.DEFAULT, f"{Layer.DEFAULT}/{number}", number, 3)
        bench[number].ledger.accepted(bench[number].book(Booking(slot=slot, amperes=most)))
        bench[number].book(Booking(slot=slot, amperes=6.0))
        bench.limits.wake()
    await clock.sleep(3600)
    assert key_of(charger) <= sum(bench[number].highest_possible for number in (1, 2))
    assert len(charger.of("ChangeConfiguration")) - written < 5


async def test_whose_phases_are_not_known_counts_on_all_of_them(make: Make) -> None:
    """So does what it may take of the other's: nothing changes."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    asked = len(charger.asked)
    bench[2].loads(None)
    await clock.sleep(100.0)
    assert len(charger.asked) == asked
    assert bench[1].highest_possible == bench[2].highest_possible == 8.0


async def test_what_is_shared_is_shared_again_once_it_can_be(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    bench[2].loads(frozenset({0}))
    await clock.sleep(100.0)
    bench[2].loads(THREE)
    await clock.sleep(100.0)
    assert key_of(charger) == 16.0
    assert bench[1].highest_possible == bench[2].highest_possible == 8.0


@pytest.mark.parametrize("refuses", [False, True])
async def test_what_is_shared_otherwise_and_is_the_same_is_not_sent(
    make: Make, refuses: bool
) -> None:
    """Each write may wear flash."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=9.5)
    await clock.sleep(100.0)
    if refuses:
        charger.on("ChangeConfiguration", lambda _: REJECTED)
    written = len(charger.of("ChangeConfiguration"))
    for number in range(360):
        parts = (13.0, 6.0) if number % 2 else (6.0, 13.0)
        for outlet, part in enumerate(parts, 1):
            bench[outlet].want(part)
        await clock.sleep(10.0)
        assert (bench[1].highest_possible, bench[2].highest_possible) == parts
        assert (bench[1].offer.accepted, bench[2].offer.accepted) == parts
    assert len(charger.of("ChangeConfiguration")) == written
    # It is all of the other's, once one is gone.
    bench.limits.session_ended(1)
    assert bench[2].highest_possible == 19.0


async def test_a_kill_leaves_nobody_only_a_part_in_the_books(make: Make) -> None:
    """Who shared it may be gone by then."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    stored = Stored(json.loads(json.dumps(bench[1].state())))
    again = make(CATALOGUE.profiles["growatt_atess"], connectors=2, connected=False)
    again.limits.restore_connector(1, stored, in_session=True)
    assert again[1].highest_possible == 16.0


async def test_who_shares_another_limit_makes_no_difference(make: Make) -> None:
    """A key for the outlets on its right, and one for those on its left."""
    keys = ("CurrentManagementRight", "CurrentManagementLeft")
    profile = CATALOGUE.profiles["legrand_greenup"]
    charger = ScriptedCharger(dict.fromkeys(keys, "32"))
    charger.on("SetChargingProfile", lambda _: REJECTED)
    bench = make(profile, connectors=4, charger=charger)
    bench.limits.know(profile, stack_level_maximum=3)
    for number in range(1, 5):
        bench[number].set_terms(6.0, 300.0)
        bench[number].session_started(str(number), "tag")
        bench[number].loads(THREE)
        bench[number].want(8)
    await clock.sleep(200.0)
    written = len(charger.of("ChangeConfiguration"))
    bench[3].loads(frozenset({0}))
    await clock.sleep(100.0)
    told = charger.of("ChangeConfiguration")[written:]
    assert [(one["key"], float(one["value"])) for one in told] == [(keys[1], 8.0)]
    assert bench[1].highest_possible == bench[2].highest_possible == 8.0


async def test_a_paused_car_that_is_wired_otherwise_counts_where_nobody_else_does(
    make: Make,
) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    outlet = Outlet(phases=frozenset({0}), minimum=6.0, maximum=16.0, most=16.0)
    for number in (1, 2):
        bench[number].is_wired(outlet)
    bench[1].loads(frozenset({0}))
    bench[2].loads(None)
    bench[2].want(0)
    await clock.sleep(100.0)
    assert bench[2].highest_possible == 0.0
    bench[2].is_wired(outlet._replace(phases=frozenset({1})))
    assert bench[2].highest_possible == 8.0


async def test_who_has_no_wish_yet_counts_with_what_the_others_are_told(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    profile = CATALOGUE.profiles["growatt_atess"]
    bench = make(profile, connectors=2, charger=charger)
    bench.limits.know(profile, stack_level_maximum=3)
    for number in (1, 2):
        bench[number].session_started(str(number), "tag")
    bench[1].loads(frozenset({0}))
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert bench[2].highest_possible == 16.0


@pytest.mark.parametrize("doubts", [lambda bench: bench.limits.speaks_anew(), flicker])
async def test_what_is_taken_of_a_refused_sum_is_shared_where_nobody_knows_who_has_what(
    make: Make, doubts: Callable[[Bench], None]
) -> None:
    _, bench = await two_refused_a_sum(make, each=8.0, most=16, wanted=13)
    doubts(bench)
    await clock.sleep(900.0)
    assert [bench[number].offer.accepted for number in (1, 2)] == [8.0, 8.0]


async def test_a_late_answer_to_what_was_shared_is_booked_as_what_it_is_by_then(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    charger.silent = True
    for number in (1, 2):
        bench[number].want(12)
    await clock.sleep(70.0)
    bench[2].loads(frozenset({0}))
    assert bench[1].highest_possible == 24.0


def books_hold(bench: Bench, charger: ScriptedCharger) -> bool:
    """Whether the books say at least what the key allows on each phase, if a car is to charge there.

    Where a car's phases are not known, its limit counts on all.
    """
    cars = [bench[number] for number in (1, 2) if bench[number].transaction_id is not None]
    on_phases = ([car for car in cars if phase in (car.phases or THREE)] for phase in THREE)
    return all(
        sum(car.highest_possible for car in here) >= key_of(charger)
        for here in on_phases
        if any(car.wanted for car in here)
    )


@pytest.mark.parametrize("seed", range(12))
async def test_books_hold_whatever_sessions_and_phases_become(make: Make, seed: int) -> None:
    random = Random(seed)
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    for step in range(200):
        number = random.choice((1, 2))
        match random.randrange(4):
            case 0 if bench[number].transaction_id is not None:
                bench.limits.session_ended(number)
            case 0:
                bench[number].session_started(str(step), "tag")
            case 1:
                bench[number].loads(random.choice((None, THREE, THREE, frozenset({0}))))
            case _:
                bench[number].want(random.choice((0.0, 6.0, 8.0, 13.5, 16.0)))
        assert books_hold(bench, charger), step
        await clock.sleep(random.choice((0.0, 0.2, 6.0, 70.0)))
        assert books_hold(bench, charger), step


@pytest.mark.parametrize(
    ("phases", "wired", "adds"),
    [
        (None, THREE, 0.0),
        (frozenset({1}), THREE, 16.0),
        (frozenset({0, 1}), THREE, 0.0),
        (None, frozenset({0}), 0.0),
    ],
)
async def test_who_is_paused_counts_where_nobody_else_would_take_it(
    make: Make, phases: frozenset[int] | None, wired: frozenset[int], adds: float
) -> None:
    """A key can't pause one of two cars: it draws what the other leaves."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    for number in (1, 2):
        bench[number].is_wired(Outlet(phases=wired, minimum=6.0, maximum=16.0, most=16.0))
    bench[1].loads(frozenset({0}))
    bench[2].loads(phases)
    bench[1].want(16)
    bench[2].want(0)
    await clock.sleep(100.0)
    assert key_of(charger) == 16.0
    assert bench[2].highest_possible == adds


@pytest.mark.parametrize("phases", [None, THREE])
@pytest.mark.parametrize(("each", "most"), [(20.0, 32.0), (16.0, 20.0), (8.0, 14.0), (6.0, 10.0)])
async def test_a_sum_that_is_refused_from_the_first_on_leaves_no_charger_without_a_limit(
    make: Make, phases: frozenset[int] | None, each: float, most: float
) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    charger.on("ChangeConfiguration", takes_at_most(most))
    bench = await two_behind_a_key(make, charger, each=each, phases=phases)
    assert [bench[number].offer.accepted for number in (1, 2)] == [each, each]


@pytest.mark.parametrize(
    ("first", "second", "most", "each"),
    [
        (16.0, 16.0, 20.0, 8.0),
        (16.0, 8.0, 20.0, 8.0),
        (10.0, 16.0, 20.0, 10.0),
        (6.0, 11.0, 14.0, 6.0),
        (6.0, 6.0, 10.0, 6.0),
    ],
)
async def test_who_joins_where_the_sum_is_refused_gets_no_less_than_the_other(
    make: Make, first: float, second: float, most: float, each: float
) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=first)
    bench.limits.session_ended(2)
    await clock.sleep(100.0)
    charger.on("ChangeConfiguration", takes_at_most(most))
    bench[2].session_started("9", "tag")
    bench[2].want(second)
    await clock.sleep(200.0)
    assert [bench[number].offer.accepted for number in (1, 2)] == [each, each]
