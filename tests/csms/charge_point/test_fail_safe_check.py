"""A charger is left alone on purpose, and what it did meanwhile is seen when it is back."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.ev_load_manager.csms.charge_point import fail_safe_check
from custom_components.ev_load_manager.csms.charge_point.fail_safe_check import Finding, Stage
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.transport.errors import NotConnected
from simulation.charger.misbehaviour import FixedAnswer, NoAnswer
from simulation.charger.models import (
    ALFEN_EVE_DOUBLE,
    EVBOX_G4,
    FORGETFUL,
    GENERIC,
    NO_BOOT,
    STACK_ZERO,
    ChargerModel,
    CompositeAnswer,
)
from simulation.charger.profiles import Kind, ProfileRules
from tests.csms.left_alone import LIFETIME, MakeSite, Site

pytestmark = pytest.mark.usefixtures("leaps")


async def checked(one: Site, *, lost_link: bool = True, restart: bool = True) -> Finding:
    """Check a charger, in less time than it takes."""
    check = asyncio.create_task(one.control.check_alone(lost_link=lost_link, restart=restart))
    while not check.done():
        if one.control.check_stage is Stage.CUT_OFF:
            one.leap(5.0)
        await asyncio.sleep(0.01)
    return await check


@pytest.mark.parametrize(
    "model", [GENERIC, EVBOX_G4, ALFEN_EVE_DOUBLE, STACK_ZERO, NO_BOOT], ids=lambda m: m.model
)
async def test_a_charger_that_keeps_its_fallback_all_along_has_proven_it(
    site: MakeSite, model: ChargerModel
) -> None:
    one = await site(model)
    for number in one.charger.connectors:
        await one.limited(16.0, number)

    assert await checked(one) is Finding.PROVEN

    report = one.control.fail_safe
    assert report.state is FailSafe.PROVEN
    assert report.kept_over_link
    assert report.kept_over_reboot
    assert report.lifetime == LIFETIME
    assert one.control.check_stage is None
    assert one.charger.violations == []
    # And then everything is as before.
    await one.limited(12.0)
    assert one.allows(after=LIFETIME - 10) == 12.0


async def test_the_limit_has_ended_when_it_may_come_back(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    one.charger.plug_in(1)
    await one.draws(14, 16)

    check = asyncio.create_task(one.control.check_alone(lost_link=True, restart=False))
    while one.control.check_stage is not Stage.CUT_OFF:
        await asyncio.sleep(0.01)
    while one.control.check_stage is Stage.CUT_OFF:
        one.leap(2.0)
        await asyncio.sleep(0.01)
    assert max(one.charger.currents) <= 6.0

    assert await check is Finding.RESTART_NOT_SEEN
    await one.draws(14, 16)
    assert one.control.fail_safe.kept_over_link is True


async def test_who_drops_its_profiles_with_the_link_is_found_out(site: MakeSite) -> None:
    one = await site(FORGETFUL)
    await one.limited(16.0)

    assert await checked(one, restart=False) is Finding.FORGETS_WITH_LINK
    assert one.control.fail_safe.state is FailSafe.NOT_POSSIBLE


async def test_who_drops_its_profiles_when_it_restarts_is_found_out(site: MakeSite) -> None:
    one = await site(replace(GENERIC, keeps_profiles_over_reboot=False))
    await one.limited(16.0)

    assert await checked(one) is Finding.FORGETS_WITH_RESTART
    assert one.control.fail_safe.kept_over_link is True
    await one.charger.until(lambda: len(one.charger.profiles) == 2)


NO_SCHEDULE = replace(GENERIC, composite=CompositeAnswer.REJECTED)


async def test_what_a_car_draws_proves_it_where_no_schedule_is_told(site: MakeSite) -> None:
    one = await site(NO_SCHEDULE)
    await one.limited(16.0)
    one.charger.plug_in(1)
    await one.draws(14, 16)
    await one.until(lambda: max(one.point.connector(1).values.currents, default=0.0) > 14)

    assert await checked(one, restart=False) is Finding.RESTART_NOT_SEEN
    assert one.control.fail_safe.kept_over_link is True


async def test_a_car_that_goes_on_as_before_tells_that_the_fallback_was_lost(
    site: MakeSite,
) -> None:
    one = await site(replace(NO_SCHEDULE, drops_profiles_offline=True))
    await one.limited(16.0)
    one.charger.plug_in(1)
    await one.draws(14, 16)
    await one.until(lambda: max(one.point.connector(1).values.currents, default=0.0) > 14)

    assert await checked(one, restart=False) is Finding.FORGETS_WITH_LINK


async def test_without_schedule_and_without_a_car_nothing_shows(site: MakeSite) -> None:
    one = await site(NO_SCHEDULE)
    await one.limited(16.0)

    assert await checked(one) is Finding.LINK_NOT_SEEN
    assert one.control.fail_safe.state is FailSafe.ACCEPTED


async def test_one_outlet_that_forgets_is_not_made_good_by_the_other(site: MakeSite) -> None:
    one = await site(ALFEN_EVE_DOUBLE)
    await one.limited(16.0, 1)
    await one.limited(16.0, 2)
    await one.reaches(FailSafe.VERIFIED)
    check = asyncio.create_task(one.control.check_alone(lost_link=True, restart=False))
    while one.control.check_stage is not Stage.CUT_OFF:
        await asyncio.sleep(0.01)
    one.charger.profiles.clear(connector=1)
    while one.control.check_stage is Stage.CUT_OFF:
        one.leap(5.0)
        await asyncio.sleep(0.01)

    assert await check is Finding.FORGETS_WITH_LINK


async def test_a_charger_whose_limits_stay_is_not_cut_off(site: MakeSite) -> None:
    rules = ProfileRules(max_stack_level=4, max_periods=1, kinds=frozenset({Kind.RELATIVE}))
    one = await site(replace(GENERIC, rules=rules))
    await one.limited(10.0)

    assert await checked(one) is Finding.NOT_POSSIBLE
    assert one.charger.link.connections == 1


@pytest.mark.parametrize("answer", [FixedAnswer(), NoAnswer()])
async def test_a_charger_that_does_not_restart_proves_half_of_it(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch, answer: FixedAnswer | NoAnswer
) -> None:
    one = await site()
    one.charger.misbehaviours["Reset"] = answer
    await one.limited(16.0)

    assert await checked(one) is Finding.RESTART_NOT_SEEN


async def test_a_charger_that_says_it_restarts_and_does_not_is_waited_for_no_longer(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fail_safe_check, "GOES_DOWN_WITHIN", 2.0)
    one = await site()
    one.charger.misbehaviours["Reset"] = FixedAnswer({"status": "Accepted"})
    await one.limited(16.0)

    assert await checked(one, lost_link=False) is Finding.LINK_NOT_SEEN


async def test_a_charger_that_stays_away_is_waited_for_no_longer(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fail_safe_check, "BACK_WITHIN", 2.0)
    one = await site()
    await one.limited(16.0)
    check = asyncio.create_task(checked(one, restart=False))
    await one.until(lambda: not one.point.online)
    await one.charger.stop()

    assert await check is Finding.NOT_BACK
    assert not one.point.is_kept_out


async def test_nobody_is_checked_who_is_not_there(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    await one.charger.stop()
    await one.until(lambda: not one.point.online)

    with pytest.raises(NotConnected):
        await one.control.check_alone(lost_link=True, restart=True)


async def test_two_who_ask_at_once_hear_of_the_same_check(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)

    both = await asyncio.gather(checked(one, restart=False), checked(one, restart=False))

    assert both == [Finding.RESTART_NOT_SEEN] * 2
    assert one.charger.link.connections == 2


async def test_a_check_that_is_broken_off_keeps_nobody_out(site: MakeSite) -> None:
    one = await site()
    await one.limited(16.0)
    asking = asyncio.create_task(one.control.check_alone(lost_link=True, restart=False))
    await one.until(lambda: one.point.is_kept_out and not one.point.online)

    await one.control.close()

    assert not one.point.is_kept_out
    with pytest.raises(asyncio.CancelledError):
        await asking
