"""What a charger is to do alone is what it was told last, in every place that may hold it."""

from collections.abc import Callable
from typing import Any, override

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.slots import Booking, End, Layer, Slot
from custom_components.ev_load_manager.csms.limits.standing import Standing
from custom_components.ev_load_manager.csms.limits.strategies import Form
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Bench, Make, ends
from tests.csms.scripted_charger import ACCEPTED, REJECTED, ScriptedCharger

pytestmark = pytest.mark.usefixtures("very_fast")

STANDING = 401
SAFE_KEY = "grid_InstallationSaveCurrent"


async def told_in_two_periods(make: Make, charger: ScriptedCharger | None = None) -> Bench:
    """Its levels are not known yet: it has 6 A, and 16 A after ten minutes."""
    bench = make(charger=charger)
    bench.limits.know(CATALOGUE.generic)
    bench[1].set_terms(16.0, 300.0)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    assert bench[1].running is not None
    assert bench[1].running.strategy.form is Form.TWO_PERIODS
    await clock.sleep(10.0)
    return bench


async def told_in_layers(make: Make, fallback: float) -> Bench:
    """It has 16 A, and the fallback in a profile below that."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(fallback, 7200.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(20.0)
    return bench


async def told_by_key(make: Make) -> Bench:
    """It has 16 A by a key, and the fallback of 6 A by another one."""
    charger = ScriptedCharger({SAFE_KEY: "10", "chg_StationMaxCurrent": "32"})
    bench = make(CATALOGUE.profiles["ecotap"], charger=charger)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(70.0)
    return bench


def a_key(charger: ScriptedCharger, name: str) -> list[str]:
    """What a key was told, in turn."""
    return [one["value"] for one in charger.of("ChangeConfiguration") if one["key"] == name]


async def test_the_key_that_leads_is_told_after_a_limit_in_two_periods(make: Make) -> None:
    keys = {SAFE_KEY: "10", "chg_StationMaxCurrent": "32"}
    bench = await told_in_two_periods(make, ScriptedCharger(keys))
    bench.limits.know(CATALOGUE.profiles["ecotap"], stack_level_maximum=3)
    await clock.sleep(900.0)
    assert bench.charger.keys[SAFE_KEY] == "16"
    assert bench[1].highest_possible == 6.0


async def test_a_fallback_that_becomes_the_limit_replaces_a_second_period(make: Make) -> None:
    bench = await told_in_two_periods(make)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    await clock.sleep(1500.0)
    assert bench[1].highest_possible == 6.0
    assert bench[1].cut_since is None


async def test_a_limit_that_came_in_another_way_is_told_in_the_one_that_leads(make: Make) -> None:
    """Once: no charger has to store it again and again."""
    bench = await told_in_two_periods(make)
    before = len(bench.charger.of("SetChargingProfile"))
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    await clock.sleep(100.0)
    ids = [
        one["csChargingProfiles"]["chargingProfileId"]
        for one in bench.charger.of("SetChargingProfile")[before:]
    ]
    assert ids == [STANDING, 101]


@pytest.mark.parametrize("place", ["two_periods", "key"])
def test_what_follows_elsewhere_stays_while_a_left_over_is_cleared(place: str) -> None:
    keeper = ConnectorLimit(1, wake=lambda: None)
    left = Slot(Layer.DEFAULT, "standing/1", 1, 2, standing=True)
    keeper.ledger.accepted(keeper.book(Booking(slot=left, amperes=16.0)))
    keeper.stands(Standing(place, 6.0), None)
    keeper.clear(lambda slot: slot == left)
    assert keeper.standing == Standing(place, 6.0)


async def test_a_left_over_that_is_asked_for_in_vain_costs_no_writes(make: Make) -> None:
    bench = await told_in_layers(make, 16.0)
    bench.charger.on("ClearChargingProfile", lambda _: CallTimeout("silent"))
    bench.limits.know(CATALOGUE.generic)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    await clock.sleep(20.0)
    before = len(bench.charger.of("SetChargingProfile"))
    cleared = len(bench.charger.of("ClearChargingProfile"))
    await clock.sleep(3000.0)
    assert len(bench.charger.of("ClearChargingProfile")) > cleared
    assert len(bench.charger.of("SetChargingProfile")) == before


def clear_a_left_over(keeper: ConnectorLimit) -> None:
    left = Slot(Layer.DEFAULT, "standing/1", 1, 2, standing=True)
    keeper.ledger.accepted(keeper.book(Booking(slot=left, amperes=6.0)))
    keeper.cleared(lambda slot: slot == left, keeper.clear(lambda slot: slot == left))


def refuse_another(keeper: ConnectorLimit) -> None:
    keeper.standing_leaves(Standing("key", 6.0))
    keeper.standing_refused("Rejected", again_after=5.0, began=0.0)


def answer_nothing(keeper: ConnectorLimit) -> None:
    keeper.standing_leaves(Standing("key", 6.0))


@pytest.mark.parametrize(
    "happens",
    [clear_a_left_over, refuse_another, ConnectorLimit.stands_no_more, answer_nothing],
)
@pytest.mark.parametrize("restarted", [False, True])
def test_what_a_key_may_hold_counts_whenever_the_charger_comes_back(
    happens: Callable[[ConnectorLimit], None], restarted: bool
) -> None:
    """The key holds 16 A; the fallback is 6 A now."""
    keeper = ConnectorLimit(1, wake=lambda: None)
    keeper.set_terms(6.0, 300.0)
    limit = Slot(Layer.SETTING, "key/limit")
    keeper.ledger.accepted(keeper.book(Booking(slot=limit, amperes=6.0)))
    keeper.stands(Standing("key", 16.0), None)
    happens(keeper)
    if restarted:
        stored = keeper.state()
        keeper = ConnectorLimit(1, wake=lambda: None)
        keeper.restore(Stored(stored))
        keeper.set_terms(6.0, 300.0)
    keeper.connected()
    assert keeper.highest_possible == 16.0


async def test_a_fallback_that_may_have_been_taken_unanswered_is_told_anew(make: Make) -> None:
    """It was 6 A, was to be 12 A, and is to be 6 A again before the charger has answered."""
    bench = await told_in_layers(make, 6.0)
    bench.charger.on("SetChargingProfile", lambda _: CallTimeout("silent"))
    before = len(bench.charger.of("SetChargingProfile"))
    bench[1].set_terms(12.0, 7200.0)
    await bench.charger.until_asked(before + 1, "SetChargingProfile")
    bench[1].set_terms(6.0, 7200.0)
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    await clock.sleep(200.0)
    assert bench[1].ledger.highest_standing == 6.0


async def test_a_key_that_may_have_been_taken_unanswered_is_told_anew(make: Make) -> None:
    bench = await told_by_key(make)
    charger = bench.charger
    assert charger.keys[SAFE_KEY] == "6"
    charger.on("ChangeConfiguration", lambda _: CallTimeout("silent"))
    before = len(charger.of("ChangeConfiguration"))
    bench[1].set_terms(12.0, 300.0)
    await charger.until_asked(before + 1, "ChangeConfiguration")
    # It took it, and its answer was lost.
    charger.keys[SAFE_KEY] = "12"
    bench[1].set_terms(6.0, 300.0)
    charger.on("ChangeConfiguration", lambda _: ACCEPTED)
    await clock.sleep(300.0)
    assert a_key(charger, SAFE_KEY)[-1] == "6"
    told = len(a_key(charger, SAFE_KEY))
    await clock.sleep(3000.0)
    assert len(a_key(charger, SAFE_KEY)) == told


async def test_a_key_that_refuses_is_not_told_again_and_again(make: Make) -> None:
    bench = await told_by_key(make)
    charger = bench.charger
    charger.on("ChangeConfiguration", lambda one: REJECTED if one["key"] == SAFE_KEY else ACCEPTED)
    bench[1].set_terms(12.0, 300.0)
    await clock.sleep(600.0)
    before = len(a_key(charger, SAFE_KEY))
    await clock.sleep(3000.0)
    assert len(a_key(charger, SAFE_KEY)) - before <= 1


class Rounds(ScriptedCharger):
    """It shows a key in its own words: "6.0" where it was told "6"."""

    @override
    def _get_configuration(self, names: list[str] | None) -> dict[str, Any]:
        answer = super()._get_configuration(names)
        for one in answer["configurationKey"]:
            one["value"] = f"{float(one['value']):.1f}"
        return answer


class TellsNoKeys(ScriptedCharger):
    """It does not tell what its keys hold."""

    @override
    def _get_configuration(self, names: list[str] | None) -> dict[str, Any]:
        return {"configurationKey": [], "unknownKey": names or []}


@pytest.mark.parametrize("kind", [ScriptedCharger, Rounds, TellsNoKeys])
async def test_two_outlets_tell_the_key_that_they_share_once(
    make: Make, kind: type[ScriptedCharger]
) -> None:
    charger = kind({SAFE_KEY: "10", "chg_StationMaxCurrent": "32"})
    left = 20

    def change(payload: dict[str, Any]) -> Any:
        # Where it was told without end, time would not go on.
        nonlocal left
        left -= 1
        charger.silent = left <= 0
        return charger._change_configuration(payload["key"], payload["value"])

    charger.on("ChangeConfiguration", change)
    bench = make(CATALOGUE.profiles["ecotap"], charger=charger, connectors=2)
    for number in (1, 2):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(16)
    for number in (1, 2):
        await bench.accepted(number, 16.0)
    await clock.sleep(600.0)
    assert set(a_key(charger, SAFE_KEY)) == {"6"}
    assert len(a_key(charger, SAFE_KEY)) <= 2
    assert [bench[number].standing for number in (1, 2)] == 2 * [Standing("key", 6.0)]


def at_outlet_1(connector: int, profile: dict[str, Any]) -> bool:
    return connector != 2 or not ends(profile)


def above_level_0(_: int, profile: dict[str, Any]) -> bool:
    return bool(profile["stackLevel"] > 0)


def what_stays(_: int, profile: dict[str, Any]) -> bool:
    return not ends(profile)


def in_sessions(_: int, profile: dict[str, Any]) -> bool:
    return not ends(profile) or profile["chargingProfilePurpose"] == "TxProfile"


@pytest.mark.parametrize("takes", [at_outlet_1, above_level_0, in_sessions])
@pytest.mark.parametrize("session", [None, 1, 2])
async def test_an_outlet_that_takes_what_ends_is_not_told_what_the_other_needs(
    make: Make, session: int | None, takes: Callable[[int, dict[str, Any]], bool]
) -> None:
    """Else it would hold what stays half of the time, and be told again every few minutes."""
    bench = make(connectors=2)
    bench.charger.on(
        "SetChargingProfile",
        lambda one: ACCEPTED if takes(one["connectorId"], one["csChargingProfiles"]) else REJECTED,
    )
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    if session:
        bench[session].session_started("7", "tag")
    for number in (1, 2):
        bench[number].set_terms(6.0, 20_000.0)
        bench[number].want(10)
    await clock.sleep(4000.0)
    before = len(bench.charger.of("SetChargingProfile"))
    await clock.sleep(7200.0)
    told = bench.charger.of("SetChargingProfile")[before:]
    taken = [one for one in told if takes(one["connectorId"], one["csChargingProfiles"])]
    assert len(taken) <= 6


async def test_a_strategy_that_is_not_answered_leads_nobody_again_and_again(make: Make) -> None:
    """Its car drew too much once, so others are tried first; they get no answer."""
    bench = await told_in_layers(make, 6.0)
    bench.limits.keeper(1).session_started("7", "tag")
    await clock.sleep(60.0)

    def takes(payload: dict[str, Any]) -> Any:
        one = payload["csChargingProfiles"]
        is_known = one["chargingProfileId"] == STANDING or (
            one["chargingProfileId"] == 101 and "duration" in one["chargingSchedule"]
        )
        return ACCEPTED if is_known else CallTimeout("dumb")

    bench.charger.on("SetChargingProfile", takes)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    for _ in range(18):
        await clock.sleep(5.0)
        bench.limits.saw(1, 16.0, clock.monotonic())
    assert bench[1].running is not None
    bench[1].session_ended(bench[1].running.strategy)
    await clock.sleep(1200.0)
    before = len(bench.charger.of("SetChargingProfile"))
    await clock.sleep(3600.0)
    assert len(bench.charger.of("SetChargingProfile")) - before <= 20


@pytest.mark.parametrize("lifetime", [120.0, 300.0])
@pytest.mark.parametrize("takes", [at_outlet_1, what_stays])
@pytest.mark.parametrize("other", [7.0, 9.0])
async def test_what_ends_is_renewed_although_what_stays_leads(
    make: Make, other: float, takes: Callable[[int, dict[str, Any]], bool], lifetime: float
) -> None:
    """From some time on its charger refuses what ends, at the other outlet or at both."""
    bench = make(connectors=2)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    for number in (1, 2):
        bench[number].set_terms(16.0, lifetime)
        bench[number].want(8)
    for number in (1, 2):
        await bench.accepted(number, 8.0)
    await clock.sleep(10.0)
    bench.charger.on(
        "SetChargingProfile",
        lambda one: ACCEPTED if takes(one["connectorId"], one["csChargingProfiles"]) else REJECTED,
    )
    bench[2].want(other)
    await bench.accepted(2, other)
    for _ in range(1500):
        await clock.sleep(1.0)
        assert bench[1].highest_possible == 8.0
        assert bench[1].cut_since is None


@pytest.mark.parametrize("phase", [0.0, 15.0, 135.0, 150.0])
async def test_an_outlet_that_takes_what_stays_gets_more_while_the_other_renews_what_ends(
    make: Make, phase: float
) -> None:
    """What it refuses is not what it has: nobody waits whether it takes that the next time."""
    bench = make(connectors=2)
    bench.charger.on(
        "SetChargingProfile",
        lambda one: (
            ACCEPTED if at_outlet_1(one["connectorId"], one["csChargingProfiles"]) else REJECTED
        ),
    )
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    for number, wanted in ((1, 10.0), (2, 0.0)):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(wanted)
    await clock.sleep(1200.0 + phase)
    bench[2].session_started("7", "tag")
    await clock.sleep(1.0)
    bench[2].want(16)
    await clock.sleep(10.0)
    assert bench[2].offer.accepted == 16.0


async def test_one_refusal_at_the_start_of_a_session_gives_up_nothing_that_leads_sessions(
    make: Make,
) -> None:
    """It has only what it had before: a charger may look at that in sessions to come only."""
    bench = await told_in_layers(make, 6.0)
    bench.limits._choice.lead_by_session(1)
    answers = [REJECTED]
    bench.charger.on(
        "SetChargingProfile",
        lambda one: (
            answers.pop()
            if answers and one["csChargingProfiles"]["chargingProfilePurpose"] == "TxProfile"
            else ACCEPTED
        ),
    )
    bench.limits.keeper(1).session_started("7", "tag")
    await clock.sleep(100.0)
    assert not answers
    assert bench[1].running is not None
    assert bench[1].running.strategy.needs_transaction


async def test_what_acts_from_elsewhere_is_no_reason_to_leave_more_below_it(make: Make) -> None:
    """A profile of the session holds what is wanted, and ends; then what is below it acts."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 7200.0)
    bench[1].session_started("7", "tag")
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    own = Slot(Layer.SESSION, "session/1", 1, 0)
    ends = Booking(slot=own, amperes=8.0, end=End.after(100.0), transaction_id="7")
    bench[1].ledger.accepted(bench[1].book(ends))
    await clock.sleep(20.0)
    bench[1].want(8)
    assert bench[1].highest_possible == 8.0
    await clock.sleep(100.0)
    assert bench.charger.limits[-1] == (1, 8)
    assert bench[1].highest_possible == 8.0


def test_what_another_place_answers_leaves_a_question_open() -> None:
    keeper = ConnectorLimit(1, wake=lambda: None)
    asked = Standing("profile/0", 16.0)
    keeper.standing_leaves(asked)
    keeper.stands(Standing("key", 6.0), None)
    assert keeper.may_stand.is_open(asked.place)
    # It is no reason to forget what is known.
    again = ConnectorLimit(1, wake=lambda: None)
    again.restore(Stored(keeper.state()))
    assert again.standing == Standing("key", 6.0)
    keeper.stands(asked, None)
    assert not keeper.may_stand.is_open(asked.place)
