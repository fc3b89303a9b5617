"""What chargers do when Home Assistant is gone: their own profile logic decides."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport.errors import NotConnected
from simulation.charger.misbehaviour import ErrorAnswer, FixedAnswer
from simulation.charger.models import (
    ALFEN_EVE_DOUBLE,
    EVBOX_G4,
    FORGETFUL,
    GENERIC,
    GO_E,
    KEY_CONTROLLED,
    NO_BOOT,
    STACK_ZERO,
    STUBBORN,
    ChargerModel,
)
from simulation.charger.profiles import Kind, ProfileRules
from tests.csms.left_alone import CATALOGUE, LIFETIME, MakeSite
from tests.csms.waiting import until

pytestmark = pytest.mark.usefixtures("leaps")


@pytest.mark.parametrize(
    "model", [GENERIC, EVBOX_G4, ALFEN_EVE_DOUBLE, STACK_ZERO, NO_BOOT], ids=lambda m: m.model
)
async def test_a_charger_falls_to_its_fallback_when_nobody_renews_its_limit(
    site: MakeSite, model: ChargerModel
) -> None:
    one = await site(model)
    await one.limited(16.0)
    one.charger.plug_in(1)
    await one.draws(14, 16)
    await one.home_assistant_dies()

    assert one.allows() == 16.0
    assert one.allows(after=LIFETIME + 1) == 6.0
    one.leap(LIFETIME)
    await one.draws(5, 6)
    assert one.charger.violations == []


async def test_a_limit_lives_as_long_as_it_is_renewed(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    renewals = one.keeper().writes.renewals

    await one.passes(lambda: one.keeper().writes.renewals >= renewals + 4)

    assert one.allows() == 16.0
    assert one.keeper().writes.changes == 2  # the fallback, and the limit
    assert one.keeper().offer.possible == (16.0,)


async def test_a_limit_that_is_the_fallback_need_not_be_renewed(site: MakeSite) -> None:
    one = await site(replace(GENERIC, triggers=None))
    await one.limited(6.0)
    await one.reaches(FailSafe.VERIFIED)
    running = one.keeper().running

    for _ in range(20):
        one.leap(LIFETIME / 10)
        await one.control.limits.settled()

    assert one.keeper().running is running
    assert one.allows() == 6.0


async def test_a_limit_below_the_fallback_outlives_those_above(site: MakeSite) -> None:
    one = await site()
    await one.limited(0.0)
    await one.home_assistant_dies()

    assert one.allows(after=LIFETIME + 60) == 0.0
    assert one.allows(after=2 * LIFETIME + 1) == 6.0


async def test_a_limit_below_the_fallback_is_renewed_without_a_session(site: MakeSite) -> None:
    one = await site()
    await one.limited(0.0)
    renewals = one.keeper().writes.renewals

    await one.passes(lambda: one.keeper().writes.renewals >= renewals + 2)

    assert one.allows(after=1.2 * LIFETIME) == 0.0


async def test_who_holds_fallback_and_limit_is_verified_by_its_schedule(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)

    await one.reaches(FailSafe.VERIFIED)

    assert one.control.fail_safe.fallback == 6.0
    assert one.control.fail_safe.lifetime == LIFETIME
    assert one.control.fail_safe.kept_over_link is None


async def test_who_tells_no_schedule_is_believed_no_more_than_it_said(site: MakeSite) -> None:
    one = await site(GO_E)
    await one.limited(16.0)
    await one.until(lambda: one.keeper().looked or one.keeper().verified)

    assert one.control.fail_safe.state is FailSafe.ACCEPTED


async def test_twins_have_four_levels_and_fall_each_to_its_own(site: MakeSite) -> None:
    one = await site(
        replace(
            ALFEN_EVE_DOUBLE, rules=ProfileRules(max_stack_level=3, replaces_across_connectors=True)
        )
    )
    one.keeper(2).set_terms(0.0, LIFETIME)
    await one.limited(16.0, 1)
    await one.limited(10.0, 2)
    await one.reaches(FailSafe.VERIFIED)

    ours = [
        (installed.connector, installed.profile.stack_level) for installed in one.charger.profiles
    ]
    assert sorted(ours) == [(1, 2), (1, 3), (2, 0), (2, 1)]
    assert (one.allows(1), one.allows(2)) == (16.0, 10.0)
    after = LIFETIME + 1
    assert (one.allows(1, after=after), one.allows(2, after=after)) == (6.0, 0.0)
    assert one.control.fail_safe.fallbacks == {1: 6.0, 2: 0.0}


async def test_one_level_is_enough_for_a_schedule_of_two_periods(site: MakeSite) -> None:
    one = await site(STACK_ZERO)
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)

    (installed,) = one.charger.profiles
    assert installed.profile.stack_level == 0
    assert [period.limit for period in installed.profile.periods] == [16.0, 6.0]
    assert one.charger.now() - (installed.profile.start or 0.0) > 23.9 * 3600


async def test_two_periods_hold_on_a_charger_whose_clock_is_hours_behind(site: MakeSite) -> None:
    one = await site(replace(STACK_ZERO, takes_clock=False), clock_offset=-3 * 3600.0)
    await one.limited(10.0)

    assert one.allows() == 10.0


@pytest.mark.parametrize("offset", [-3 * 3600.0, 3 * 3600.0])
async def test_a_limit_is_dated_by_the_chargers_own_clock(site: MakeSite, offset: float) -> None:
    one = await site(replace(GENERIC, takes_clock=False), clock_offset=offset)
    one.charger.plug_in(1)
    await one.limited(16.0)

    # Its clock shows only in what it dates.
    await one.passes(lambda: one.allows() == 16.0)
    assert one.allows(after=LIFETIME + 60) == 6.0


async def test_without_home_assistant_the_fallback_holds_in_a_charger_that_boots_in_1970(
    site: MakeSite,
) -> None:
    one = await site(GENERIC)
    await one.limited(16.0)
    await one.home_assistant_dies()
    # Its clock has no battery, and nobody is there to tell it the time.
    one.charger.set_clock({"currentTime": "1970-01-01T00:00:20Z"})
    assert one.allows() == 6.0


@pytest.mark.parametrize("limit", [0.0, 16.0])
async def test_what_stands_counts_while_a_charger_is_away_that_may_boot_in_1970(
    site: MakeSite, limit: float
) -> None:
    one = await site(GENERIC)
    await one.limited(limit)
    assert one.keeper().ledger.highest_possible == limit

    one.charger.power_off()
    await one.until(lambda: not one.point.online)
    one.charger.set_clock({"currentTime": "1970-01-01T00:00:20Z"})

    assert one.allows() == 6.0
    assert one.keeper().ledger.highest_possible == max(limit, 6.0)
    assert one.keeper().offer.accepted == limit
    one.charger.power_on()
    await one.until(lambda: one.point.online)
    await one.passes(lambda: one.keeper().offer.possible == (limit,))
    assert one.allows() == one.keeper().ledger.highest_possible == limit


async def test_who_refuses_a_level_below_is_limited_all_the_same(site: MakeSite) -> None:
    rules = ProfileRules(max_stack_level=4, max_periods=1, kinds=frozenset({Kind.RELATIVE}))
    one = await site(replace(GENERIC, rules=rules))
    await one.limited(10.0)
    one.charger.plug_in(1)
    await one.draws(9, 10)

    assert one.control.fail_safe.state is FailSafe.NOT_POSSIBLE
    assert one.keeper().offer.expires_at is None


async def test_what_a_charger_takes_is_tried_first_ever_after(
    site: MakeSite, central: CentralSystem
) -> None:
    one = await site(STACK_ZERO)
    await one.limited(16.0)
    await one.control.close()
    state = one.point.state()
    await central.remove("CP1")
    point = central.add("CP1", state)
    again = ChargerControl(point, CATALOGUE)
    keeper = again.limits.keeper(1)
    one.charger.calls.clear()

    keeper.set_terms(6.0, LIFETIME)
    keeper.want(9.0)
    await until(point, lambda: keeper.offer.accepted == 9.0)

    answers = [call.answer for call in one.charger.calls if call.action == "SetChargingProfile"]
    assert answers == [{"status": "Accepted"}]
    await again.close()


async def test_a_session_gets_a_profile_of_its_own_where_nothing_else_acts_on_it(
    site: MakeSite,
) -> None:
    one = await site(replace(GENERIC, default_acts_on_running_session=False))
    one.keeper().set_terms(6.0, 3600.0)
    await one.limited(16.0)
    one.charger.plug_in(1)
    await one.draws(14, 16)

    await one.limited(8.0)
    await one.draws(7, 8)

    assert one.applied() == 8.0
    assert "TxProfile" in {installed.profile.purpose.value for installed in one.charger.profiles}
    await one.passes(lambda: not one.keeper().disobeys)
    assert one.keeper().compliance.times == 1
    one.charger.unplug(1)
    await one.until(lambda: one.keeper().transaction_id is None)
    assert one.keeper().offer.accepted == 6.0


async def test_who_follows_nothing_is_told_in_every_way_and_named(site: MakeSite) -> None:
    one = await site(STUBBORN)
    one.charger.plug_in(1)
    await one.limited(8.0)

    await one.passes(lambda: one.keeper().disobeys)

    assert one.keeper().last_error is not None
    assert one.keeper().compliance.told_again >= 1
    tried = one.keeper().compliance.told_again
    await one.passes(lambda: one.keeper().compliance.told_again >= tried + 2)
    purposes = {
        call["csChargingProfiles"]["chargingProfilePurpose"]
        for call in one.charger.received("SetChargingProfile")
    }
    assert len(purposes) > 1


async def test_a_key_tells_what_a_key_controlled_charger_does_alone(site: MakeSite) -> None:
    one = await site(replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"))
    await one.limited(9.0)

    assert one.charger.configuration.get("FailsafeCurrentSerial1") == "6000"
    assert one.control.fail_safe.state in (FailSafe.ACCEPTED, FailSafe.VERIFIED)
    assert one.control.fail_safe.lifetime is None
    assert one.keeper().offer.expires_at is None
    assert await one.control.release()
    assert one.charger.configuration.get("FailsafeCurrentSerial1") == "32000"
    assert one.charger.configuration.get("MaxAvailableCurrent") == "32000"


async def test_a_key_controlled_charger_without_such_a_key_has_no_fail_safe(site: MakeSite) -> None:
    model = replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2")
    keys = {name: key for name, key in model.extra_keys.items() if name != "FailsafeCurrentSerial1"}
    one = await site(replace(model, extra_keys=keys))
    await one.limited(9.0)

    assert one.control.fail_safe.state is FailSafe.NOT_POSSIBLE


async def test_who_keeps_its_fallback_over_link_and_reboot_has_proven_it(site: MakeSite) -> None:
    one = await site(replace(GENERIC, boots_on_reconnect=False))
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)
    one.charger.cut()
    await one.until(lambda: one.control.fail_safe.kept_over_link is True)
    assert one.control.fail_safe.state is FailSafe.VERIFIED

    one.charger.reboot()

    await one.reaches(FailSafe.PROVEN)
    assert one.control.fail_safe.kept_over_reboot is True


@pytest.mark.parametrize("reason", ["SoftReset", "HardReset", "Reboot"])
async def test_a_session_that_ends_for_a_reset_to_come_is_no_reboot(
    site: MakeSite, reason: str
) -> None:
    one = await site()
    one.charger.plug_in(1)
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)
    await one.until(lambda: one.point.connector(1).transaction is not None)

    # It tells of the reset before that, and what follows is a lost link.
    one.charger.end(one.charger.connectors[1], reason)
    await one.until(lambda: one.point.connector(1).transaction is None)
    one.charger.cut()

    await one.until(lambda: one.control.fail_safe.kept_over_link is True)
    assert one.control.fail_safe.kept_over_reboot is None
    assert one.control.fail_safe.state is FailSafe.VERIFIED


async def test_who_forgets_its_fallback_with_the_link_is_reported(site: MakeSite) -> None:
    one = await site(FORGETFUL)
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)

    one.charger.cut()

    await one.reaches(FailSafe.NOT_POSSIBLE)
    assert one.control.fail_safe.kept_over_link is False
    assert one.keeper().offer.forgets
    await one.charger.until(lambda: len(one.charger.profiles) == 2)
    assert one.allows() == 16.0


async def test_a_stack_of_one_level_that_is_forgotten_is_reported(site: MakeSite) -> None:
    one = await site(replace(STACK_ZERO, drops_profiles_offline=True))
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)

    one.charger.cut()

    await one.reaches(FailSafe.NOT_POSSIBLE)


async def test_who_draws_more_than_it_may_after_a_lost_link_has_forgotten_it(
    site: MakeSite,
) -> None:
    one = await site(GO_E)
    await one.limited(8.0)
    one.charger.plug_in(1)
    await one.draws(7, 8)
    keeper = one.keeper()
    await one.until(lambda: keeper.looked)
    keeper.connected()

    one.control.limits.saw(1, 16.0, clock.monotonic())

    assert one.control.fail_safe.kept_over_link is False
    assert one.control.fail_safe.state is FailSafe.NOT_POSSIBLE


async def test_profiles_of_an_earlier_system_that_mask_ours_are_cleared(site: MakeSite) -> None:
    one = await site(replace(STACK_ZERO, rules=ProfileRules(max_stack_level=3)))
    one.control.limits.know(CATALOGUE.profiles["abb_terra_ac"], stack_level_maximum=3)
    await one.charger.until(lambda: one.charger.accepted)
    left_over = {
        "stackLevel": 3,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "startSchedule": "2020-01-01T00:00:00Z",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32.0}],
        },
    }
    for number, purpose in ((0, "ChargePointMaxProfile"), (0, "TxDefaultProfile")):
        payload = {
            "connectorId": number,
            "csChargingProfiles": {
                **left_over,
                "chargingProfileId": 7 if purpose == "TxDefaultProfile" else 8,
                "chargingProfilePurpose": purpose,
            },
        }
        assert one.charger.commands.answer("SetChargingProfile", payload).payload == {
            "status": "Accepted"
        }
    await one.limited(16.0)

    await one.charger.until(lambda: {p.profile.id for p in one.charger.profiles}.isdisjoint({7, 8}))
    await one.charger.until(lambda: one.allows(after=LIFETIME + 90) == 6.0)


async def test_a_fallback_that_rises_raises_no_paused_car(site: MakeSite) -> None:
    one = await site(fallback=0.0)
    await one.limited(0.0)
    await one.reaches(FailSafe.VERIFIED)
    limits: list[float] = []
    install = one.charger.profiles.install

    def watched(*args: Any, **more: Any) -> None:
        install(*args, **more)
        limits.append(one.allows())

    one.charger.profiles.install = watched  # type: ignore[method-assign]
    one.leap(2 * LIFETIME + 60)
    assert one.allows() == 0.0
    one.keeper().set_terms(6.0, LIFETIME)
    await one.until(lambda: one.control.fail_safe.fallback == 6.0)
    assert limits
    assert set(limits) == {0.0}


async def test_a_released_charger_holds_nothing_of_ours(site: MakeSite) -> None:
    one = await site(ALFEN_EVE_DOUBLE)
    await one.limited(16.0, 1)
    await one.limited(6.0, 2)
    await one.charger.until(lambda: len(one.charger.profiles) == 4)

    assert await one.control.release()

    assert len(one.charger.profiles) == 0
    assert one.charger.configuration.get("RegisterMeterValuesIncludePhases") == "false"


@pytest.mark.parametrize("stops", [True, False])
async def test_the_limits_of_a_removed_charger_go_only_once_no_car_charges(
    site: MakeSite, stops: bool
) -> None:
    one = await site()
    one.charger.plug_in(1)
    await one.until(lambda: one.point.connector(1).transaction is not None)
    await one.limited(9.0)
    if not stops:
        one.charger.misbehaviours["RemoteStopTransaction"] = FixedAnswer()

    assert await one.control.release() is stops

    assert (one.charger.connectors[1].session is None) is stops
    assert (len(one.charger.profiles) == 0) is stops


async def test_a_charger_that_is_away_can_not_be_released(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    await one.charger.stop()
    await one.until(lambda: not one.point.online)

    assert not await one.control.release()


async def test_nobody_can_be_checked_who_is_not_there(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    await one.charger.stop()
    await one.until(lambda: not one.point.online)

    with pytest.raises(NotConnected):
        await one.control.check_fail_safe()


async def test_a_check_finds_what_a_charger_refused_once(site: MakeSite) -> None:
    one = await site()
    takes = one.charger.profiles.rules
    one.charger.profiles.rules = ProfileRules(kinds=frozenset({Kind.RELATIVE}))
    await one.limited(10.0)
    assert one.control.fail_safe.state is FailSafe.NOT_POSSIBLE
    one.charger.profiles.rules = takes

    report = await one.control.check_fail_safe()

    assert report.state is FailSafe.VERIFIED
    assert one.allows(after=LIFETIME + 1) == 6.0


async def test_a_new_fallback_that_is_refused_costs_no_limit(site: MakeSite) -> None:
    one = await site()
    one.charger.plug_in(1)
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)
    one.charger.profiles.rules = ProfileRules(kinds=frozenset({Kind.RELATIVE}))

    one.keeper().set_terms(0.0, LIFETIME)
    await one.passes(lambda: one.control.fail_safe.state is FailSafe.NOT_POSSIBLE)

    assert one.keeper().offer.accepted == 16.0
    assert not one.keeper().offer.refused
    one.leap(10 * LIFETIME)
    await one.draws(14, 16)


async def test_a_fail_safe_key_is_not_written_again_where_it_was_kept(site: MakeSite) -> None:
    one = await site(replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"))
    await one.limited(9.0)
    one.charger.cut()
    await one.until(lambda: one.control.fail_safe.kept_over_link is True)

    written = [
        call
        for call in one.charger.received("ChangeConfiguration")
        if call["key"] == "FailsafeCurrentSerial1"
    ]
    assert len(written) == 1


@pytest.mark.parametrize("answer", [ErrorAnswer(), FixedAnswer({"status": "Unknown"})])
async def test_who_clears_nothing_is_asked_once(
    site: MakeSite, answer: ErrorAnswer | FixedAnswer
) -> None:
    one = await site(STACK_ZERO)
    one.charger.misbehaviours["ClearChargingProfile"] = answer
    await one.limited(16.0)
    await one.reaches(FailSafe.VERIFIED)
    await one.charger.until(lambda: len(one.charger.received("ClearChargingProfile")) >= 6)

    for _ in range(5):
        one.leap(20.0)
        await one.control.limits.settled()

    criteria = [str(call) for call in one.charger.received("ClearChargingProfile")]
    assert len(set(criteria)) == len(criteria)
    assert one.allows() == 16.0
