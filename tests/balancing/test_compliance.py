"""The one verdict on who draws more than any limit that may be in force."""

from custom_components.ev_load_manager.balancing.compliance import Compliance, bound_at
from custom_components.ev_load_manager.balancing.readings import Offer, Superseded


def test_who_draws_too_much_for_a_quarter_of_a_minute_is_told_again() -> None:
    compliance = Compliance()
    assert not compliance.saw(17.0, 0.0, 16.0, now=0.0)
    assert compliance.act_at is None
    assert not compliance.saw(18.0, 1.0, 16.0, now=1.0)
    assert compliance.act_at == 16.0
    compliance.told(16.0)
    assert not compliance.saw(18.0, 20.0, 16.0, now=20.0)
    assert not compliance.disobeys
    assert compliance.saw(18.0, 35.0, 16.0, now=35.5)
    assert compliance.disobeys
    assert compliance.act_at == 35.5
    assert compliance.saw(15.0, 36.0, 16.0, now=36.0)
    assert not compliance.disobeys
    assert compliance.act_at is None
    assert (compliance.times, compliance.told_again) == (1, 1)


def test_a_tenth_above_a_high_limit_is_no_disobedience() -> None:
    compliance = Compliance()
    compliance.saw(35.0, 0.0, 32.0, now=0.0)
    assert compliance.act_at is None


def test_one_report_that_is_seen_twice_is_no_second_report() -> None:
    compliance = Compliance()
    compliance.saw(16.0, 5.0, 6.0, now=5.0)
    compliance.told(20.0)
    compliance.saw(16.0, 33.0, 6.0, now=33.0)
    assert compliance.disobeys
    assert not compliance.saw(5.0, 33.0, 6.0, now=34.0)
    assert compliance.disobeys


def test_every_limit_that_may_be_followed_bounds_what_a_car_may_draw() -> None:
    offer = Offer(
        accepted=6.0,
        accepted_at=100.0,
        in_flight=(10.0,),
        superseded=(Superseded(limit=16.0, at=100.0),),
    )
    assert bound_at(offer, 111.0) == 16.0
    assert bound_at(offer, 112.0) == 10.0


def test_who_was_never_limited_or_only_just_is_not_judged() -> None:
    assert bound_at(Offer(), 100.0) is None
    assert bound_at(Offer(accepted=6.0, accepted_at=0.0, refused=True), 100.0) is None
    first = Offer(accepted=6.0, accepted_at=95.0)
    assert bound_at(first, 100.0) is None
    assert bound_at(first, 107.0) == 6.0
