"""What a charger refuses it is asked again now and then, and goes on with what it takes."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from tests.csms.bench import CATALOGUE, Bench, Make
from tests.csms.holding_charger import HoldingCharger
from tests.csms.scripted_charger import ACCEPTED, REJECTED, ScriptedCharger

from .test_silence import told_in_layers, waits_for

pytestmark = pytest.mark.usefixtures("time_jumps")

QUESTIONS = ("ChangeConfiguration", "SetChargingProfile")


def takes_amperes(is_taken: Callable[[float], bool]) -> Callable[[dict[str, Any]], Any]:
    """Refuse watts, and what is not taken of amperes, in every way."""

    def answer(payload: dict[str, Any]) -> Any:
        schedule = payload["csChargingProfiles"]["chargingSchedule"]
        amperes = schedule["chargingSchedulePeriod"][0]["limit"]
        return ACCEPTED if schedule["chargingRateUnit"] == "A" and is_taken(amperes) else REJECTED

    return answer


too_hot = takes_amperes(lambda amperes: amperes <= 13)


async def who_refused(
    make: Make, answer: Callable[[dict[str, Any]], Any], amperes: float = 16.0
) -> Bench:
    """A charger that has refused so much in every way by which it has been asked."""
    bench = make()
    bench.charger.on("SetChargingProfile", answer)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(amperes)
    await bench.refused()
    return bench


async def test_less_than_what_was_refused_waits_out_no_pause(make: Make) -> None:
    """A charger may take less when it is hot."""
    bench = await who_refused(make, too_hot)
    await clock.sleep(600.0)
    bench[1].want(0)
    assert await waits_for(bench, 1, 0.0) < 5.5


@pytest.mark.parametrize("every", [5.0, 10.0, 20.0])
async def test_what_was_refused_is_not_tried_again_because_less_was_taken(
    make: Make, every: float
) -> None:
    """Who wants more and less of it in turn is told the less, and asked for the more now and then."""
    bench = await who_refused(make, too_hot)
    asked = len(bench.charger.limits)
    for number in range(int(600.0 / every)):
        bench[1].want(16 if number % 2 else 12)
        await clock.sleep(every)
        assert number < 4 or bench[1].offer.accepted == 12.0
    told = [amperes for _, amperes in bench.charger.limits[asked:]]
    assert 0 < told.count(16) <= 40


async def test_who_refuses_everything_is_not_asked_for_each_step_of_a_ramp(make: Make) -> None:
    """Every way costs it a limit."""
    bench = await who_refused(make, lambda _: REJECTED, 32.0)
    asked = len(bench.charger.of("SetChargingProfile"))
    for number in range(120):
        bench[1].want(32.0 - (0.5 * number) % 32.0)
        await clock.sleep(5.0)
    assert 8 < len(bench.charger.of("SetChargingProfile")) - asked < 120


@pytest.mark.parametrize("wanted", [14.0, 8.7])
async def test_what_is_refused_in_every_way_is_not_asked_for_all_day_long(
    make: Make, wanted: float
) -> None:
    """Also where it is less than what is in force: each way may be stored in flash."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(16.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    bench[1].want(wanted)
    await bench.refused()
    asked = len(bench.charger.of("SetChargingProfile"))
    await clock.sleep(3600.0)
    assert 8 < len(bench.charger.of("SetChargingProfile")) - asked < 120


@pytest.mark.parametrize("running", [6.5, 10.0, 12.0, 13.0])
async def test_what_a_charger_takes_goes_on_while_more_is_refused(
    make: Make, running: float
) -> None:
    """It is renewed in time, and what is to hold alone is told; the whole is tried again."""
    charger = HoldingCharger()
    bench = await told_in_layers(make, charger=charger)
    charger.on("SetChargingProfile", too_hot)
    bench[1].want(running)
    await bench.accepted(1, running)
    bench[1].want(16)
    await bench.refused()
    for _ in range(240):
        await clock.sleep(60.0)
        assert charger.applies() == running
    bench[1].set_terms(0.0, 300.0)
    await clock.sleep(900.0)
    assert charger.applies(in_seconds=90_000.0) == 0.0
    charger.on("SetChargingProfile", lambda _: ACCEPTED)
    assert await waits_for(bench, 1, 16.0) < 960.0
    assert charger.applies() == 16.0


@pytest.mark.parametrize("after", [0.2, 3.0, 30.0])
async def test_a_cut_does_not_wait_because_what_works_was_refused_once(
    make: Make, after: float
) -> None:
    """It is tried in the other ways, too."""
    bench = await told_in_layers(make)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(60.0)
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    asked = len(bench.charger.of("SetChargingProfile"))
    bench[1].send_again()
    await bench.charger.until_asked(asked + 1, "SetChargingProfile")
    await clock.sleep(after)
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    bench[1].want(14)
    assert await waits_for(bench, 1, 14.0) < 5.5


async def test_a_renewal_that_is_refused_once_is_tried_again_soon_while_more_is_refused(
    make: Make,
) -> None:
    """However often the more was refused before."""
    charger = HoldingCharger()
    bench = await told_in_layers(make, charger=charger)
    charger.on("SetChargingProfile", too_hot)
    bench[1].want(13)
    await bench.accepted(1, 13.0)
    bench[1].want(16)
    await bench.refused()
    await clock.sleep(1800.0)
    refuses = [REJECTED]
    charger.on(
        "SetChargingProfile",
        lambda payload: (
            refuses.pop() if refuses and too_hot(payload) is ACCEPTED else too_hot(payload)
        ),
    )
    await clock.sleep(240.0)
    assert not refuses
    for _ in range(60):
        await clock.sleep(60.0)
        assert charger.applies() == 13.0


async def test_what_the_wish_was_before_is_not_what_was_refused(make: Make) -> None:
    """It changes while one way after the other is tried: 0 A were not refused in all of them."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    await clock.sleep(60.0)
    real = bench.charger.call

    async def slow(question: Any, **more: Any) -> Any:
        await clock.sleep(2.0)
        return await real(question, **more)

    bench.charger.call = slow  # type: ignore[method-assign]
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    asked = len(bench.charger.limits)
    bench[1].want(0)
    await bench.charger.until_asked(asked + 1, "SetChargingProfile")
    bench[1].want(14)
    await bench.refused()
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    bench[1].want(0)
    assert await waits_for(bench, 1, 0.0) < 10.0


async def test_little_that_was_refused_long_ago_is_not_refused_for_ever(make: Make) -> None:
    bench = await who_refused(make, takes_amperes(lambda amperes: False), 6.5)
    bench.charger.on("SetChargingProfile", too_hot)
    bench[1].want(16)
    await clock.sleep(1200.0)
    bench[1].want(12)
    assert await waits_for(bench, 1, 12.0) < 5.5


@pytest.mark.parametrize(
    ("model", "key"), [("growatt_atess", "G_MaxCurrent"), ("alfen_eve_ng9", "Station-MaxCurrent")]
)
async def test_two_outlets_that_share_a_key_do_not_have_it_written_without_end(
    make: Make, model: str, key: str
) -> None:
    """One wants less than the other; both refuse it in ways of their own, too, where they have them."""
    charger = ScriptedCharger({key: "32"})
    charger.on("SetChargingProfile", lambda _: REJECTED)
    bench = make(CATALOGUE.profiles[model], connectors=2, charger=charger)
    bench.limits.know(CATALOGUE.profiles[model], stack_level_maximum=3)
    for number in (1, 2):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(16)
    for number in (1, 2):
        await bench.accepted(number, 16.0)
    before = [len(charger.of(action)) for action in QUESTIONS]
    charger.on("ChangeConfiguration", lambda _: REJECTED)
    bench[1].send_again()
    bench[2].want(9)
    bench[2].send_again()
    await clock.sleep(3600.0)
    written, asked = (
        len(charger.of(action)) - first for action, first in zip(QUESTIONS, before, strict=True)
    )
    assert 0 < written <= 30
    assert asked <= 150


def takes_at_most(amperes: float) -> Callable[[dict[str, Any]], Any]:
    """Refuse to write more to a key."""
    return lambda payload: ACCEPTED if float(payload["value"]) <= amperes else REJECTED


async def two_behind_a_key(
    make: Make,
    charger: ScriptedCharger,
    *,
    each: float,
    phases: frozenset[int] | None = frozenset({0, 1, 2}),
) -> Bench:
    """Two outlets with sessions that share what one key of their charger holds."""
    profile = CATALOGUE.profiles["growatt_atess"]
    bench = make(profile, connectors=2, charger=charger)
    bench.limits.know(profile, stack_level_maximum=3)
    charger.on("SetChargingProfile", lambda _: REJECTED)
    for number in (1, 2):
        bench[number].set_terms(6.0, 300.0)
        bench[number].session_started(str(number), "tag")
        bench[number].loads(phases)
        bench[number].want(each)
    for number in (1, 2):
        await bench.accepted(number, each)
    return bench


async def two_refused_a_sum(
    make: Make, *, each: float, most: float, wanted: float
) -> tuple[ScriptedCharger, Bench]:
    """Two outlets that have `each`, and want what a key that takes `most` refuses them together."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=each)
    charger.on("ChangeConfiguration", takes_at_most(most))
    for number in (1, 2):
        bench[number].want(wanted)
    await clock.sleep(900.0)
    return charger, bench


async def test_a_share_of_0_a_that_is_refused_with_the_others_is_no_refusal_of_0_a(
    make: Make,
) -> None:
    """Else its session would be stopped, or it would be told the least that charges."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    charger.on("ChangeConfiguration", lambda _: REJECTED)
    asked = len(charger.asked)
    bench[2].want(0)
    await clock.sleep(30.0)
    charger.on("ChangeConfiguration", lambda _: ACCEPTED)
    await clock.sleep(1200.0)
    assert bench[2].highest_possible == 0.0
    assert not [action for action, _ in charger.asked[asked:] if action.startswith("Remote")]


async def test_a_car_that_draws_more_than_a_share_that_was_taken_is_told_again_at_once(
    make: Make,
) -> None:
    """Whatever was refused of what its outlet wanted alone."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=6.0)
    charger.on("ChangeConfiguration", takes_at_most(8))
    bench[1].loads(frozenset({0}))
    bench.limits.session_ended(2)
    bench[1].want(16)
    await clock.sleep(900.0)
    bench[2].session_started("9", "tag")
    bench[2].loads(frozenset({1}))
    bench[2].want(6)
    await clock.sleep(30.0)
    told, began = len(charger.of("ChangeConfiguration")), clock.monotonic()
    while len(charger.of("ChangeConfiguration")) == told and clock.monotonic() < began + 600.0:
        bench[1].saw(9.0, clock.monotonic())
        await clock.sleep(5.0)
    assert clock.monotonic() - began < 40.0


@pytest.mark.parametrize("each", [13.0, 10.0])
async def test_less_of_what_outlets_share_waits_for_nothing(make: Make, each: float) -> None:
    """The other's session ends, whose car was refused more together with this one."""
    charger, bench = await two_refused_a_sum(make, each=8.0, most=16, wanted=each)
    told = [float(payload["value"]) for payload in charger.of("ChangeConfiguration")]
    assert 2 * each in told
    bench.limits.session_ended(2)
    assert await waits_for(bench, 1, each) < 65.5


async def test_more_that_would_be_taken_does_not_wait_for_what_is_not(make: Make) -> None:
    """The outlets' sum was refused; what one of them has alone is less than that."""
    _, bench = await two_refused_a_sum(make, each=6.0, most=18, wanted=12)
    bench[1].want(6)
    bench.limits.session_ended(2)
    await bench.accepted(1, 6.0)
    bench[1].want(12)
    assert await waits_for(bench, 1, 12.0) < 65.5


async def test_what_two_outlets_are_refused_together_leaves_them_what_they_have(make: Make) -> None:
    """A lowered fallback is told, and the whole is tried again."""
    charger, bench = await two_refused_a_sum(make, each=8.0, most=18, wanted=12)
    await clock.sleep(6300.0)
    for number in (1, 2):
        assert bench[number].offer.accepted == 8.0
    asked = len(charger.of("ChangeConfiguration"))
    charger.on("ChangeConfiguration", lambda _: ACCEPTED)
    assert await waits_for(bench, 1, 12.0) < 1000.0
    assert bench[2].offer.accepted == 12.0
    assert len(charger.of("ChangeConfiguration")) - asked <= 3


async def test_what_each_wants_above_a_refused_sum_writes_nothing(make: Make) -> None:
    """Each write may wear flash, and would be the same."""
    charger, bench = await two_refused_a_sum(make, each=8.0, most=16, wanted=13)
    await clock.sleep(900.0)
    written = len(charger.of("ChangeConfiguration"))
    for number in range(360):
        bench[1].want(13 + number % 3 * 0.5)
        await clock.sleep(10.0)
    assert 0 < len(charger.of("ChangeConfiguration")) - written <= 12


async def test_who_has_what_it_is_told_is_not_without_a_limit_while_more_is_refused(
    make: Make,
) -> None:
    """Else the group would reserve all that the hardware can, each time when more is asked for."""
    charger, bench = await two_refused_a_sum(make, each=8.0, most=18, wanted=12)
    written = len(charger.of("ChangeConfiguration"))
    for _ in range(3600):
        await clock.sleep(1.0)
        assert not bench[1].offer.refused
        assert not bench[2].offer.refused
    told = [float(one["value"]) for one in charger.of("ChangeConfiguration")[written:]]
    assert set(told) == {24.0}


@pytest.mark.parametrize("most", [14.0, 17.0])
@pytest.mark.parametrize("wanted", [(6.0, 16.0), (16.0, 6.0), (6.0, 12.0), (12.0, 7.0)])
async def test_what_both_hold_is_shared_otherwise_at_once_where_more_is_refused(
    make: Make, wanted: tuple[float, float], most: float
) -> None:
    """Also by a charger that would not take it again, because it is hot."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    await clock.sleep(100.0)
    charger.on("ChangeConfiguration", takes_at_most(most))
    written = len(charger.of("ChangeConfiguration"))
    for number, amperes in enumerate(wanted, 1):
        bench[number].want(amperes)
    for _ in range(600):
        await clock.sleep(0.5)
        assert not any(bench[number].offer.refused for number in (1, 2))
    told = {float(one["value"]) for one in charger.of("ChangeConfiguration")[written:]}
    assert told == {sum(wanted)}
    lower = min(wanted)
    accepted = [bench[number].offer.accepted for number in (1, 2)]
    assert accepted == [lower if one == lower else 16.0 - lower for one in wanted]


async def test_who_may_have_lost_its_limit_is_told_it_although_more_is_refused(make: Make) -> None:
    charger, bench = await two_refused_a_sum(make, each=8.0, most=18, wanted=12)
    written = len(charger.of("ChangeConfiguration"))
    charger.keys["G_MaxCurrent"] = "32"
    bench[1].send_again()
    await clock.sleep(200.0)
    assert 16.0 in {float(one["value"]) for one in charger.of("ChangeConfiguration")[written:]}
    assert bench[1].offer.accepted == 8.0


async def test_who_joins_in_a_refused_sum_takes_nothing_from_who_charges(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    bench[2].want(0)
    await bench.accepted(2, 0.0)
    charger.on("ChangeConfiguration", takes_at_most(18))
    bench[2].want(12)
    for _ in range(360):
        await clock.sleep(10.0)
        bench[1].saw(8.0, clock.monotonic())
        assert bench[1].highest_possible >= 8.0
        assert not bench[1].disobeys


async def test_one_outlets_wish_below_a_refused_sum_is_cut(make: Make) -> None:
    """What it had is the other's, who wants more."""
    charger = ScriptedCharger({"G_MaxCurrent": "32"})
    bench = await two_behind_a_key(make, charger, each=8.0)
    charger.on("ChangeConfiguration", takes_at_most(16))
    bench[1].want(16)
    await clock.sleep(900.0)
    bench[2].want(6)
    await bench.accepted(2, 6.0)
    assert bench[1].offer.accepted == 10.0


async def test_less_than_the_fallback_is_renewed_while_more_is_refused(make: Make) -> None:
    """Else its car would get more than it is to have, once that has ended."""
    charger = HoldingCharger()
    bench = make(charger=charger)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(16.0, 300.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    charger.on("SetChargingProfile", takes_amperes(lambda amperes: amperes <= 10 or amperes == 16))
    bench[1].want(12)
    for _ in range(120):
        await clock.sleep(60.0)
        assert charger.applies() == 8.0
