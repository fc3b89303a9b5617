"""Chargers that are lost, take no limits or draw too much: the others make way."""

import pytest

from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.readings import Offer, Readings

from .bench import Bench, ids, make_site, same

ONE, TWO = ids(2)


def test_a_charger_that_is_lost_keeps_what_it_may_draw() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    bench.offline.add(ONE)
    bench.run(300)
    assert bench.limits() == [8.0, 8.0]
    assert bench[ONE].reason is Reason.CHARGER_OFFLINE
    bench.offline.clear()
    bench.run(60)
    assert bench.limits() == [8.0, 8.0]
    assert bench.reasons() == [Reason.EQUAL_SHARE] * 2


def test_a_connector_without_a_reading_counts_as_offline() -> None:
    site = make_site(1, 16.0)
    decision = step(site, Readings(connectors={}), Memory(), 0.0)
    assert decision.connectors[ONE].reason is Reason.CHARGER_OFFLINE
    assert decision.connectors[ONE].limit == 0.0


def test_others_leave_room_for_a_charger_that_takes_no_limits() -> None:
    bench = Bench(make_site(2, 32.0, connector={"hardware_maximum": 16.0}))
    bench.offers[ONE] = Offer(refused=True)
    bench.deaf.add(ONE)
    bench.plug_in(ONE, maximum=16.0)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    assert bench[TWO].limit == 16.0


def test_others_make_way_for_a_charger_that_stops_taking_limits() -> None:
    bench = Bench(make_site(2, 32.0))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    bench.deaf.add(ONE)
    bench.set_limit("group", 24.0)
    bench.run(40)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    assert bench[TWO].limit == 8.0


def test_a_charger_that_takes_nothing_below_its_fallback_is_led_again_once_its_car_has_left() -> (
    None
):
    bench = Bench(make_site(1, 16.0, connector={"fallback": 6.0, "increase_interval": 60.0}))
    bench.deaf.add(ONE)
    bench.plug_in(ONE)
    bench.set_limit("group", 5.0)
    bench.run(40)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    bench.leave(ONE)
    bench.run(90)
    assert (bench[ONE].reason, bench[ONE].limit) == (Reason.NO_CAR, 6.0)
    bench.set_limit("group", 16.0)
    bench.plug_in(ONE)
    bench.run(10)
    assert bench[ONE].reason is not Reason.NOT_CONTROLLABLE


def test_a_charger_that_draws_too_much_is_counted_with_what_it_draws() -> None:
    bench = Bench(make_site(2, 24.0))
    car = bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench.limits() == [12.0, 12.0]
    car.draws = 16.0
    bench.run(50)
    assert bench[ONE].reason is Reason.DOES_NOT_OBEY
    assert bench[ONE].reserved == same(16.0)
    assert bench[TWO].limit == 8.0
    car.draws = None
    bench.run(60)
    assert bench.limits() == [12.0, 12.0]


@pytest.mark.parametrize("shares_watts", [False, True], ids=["current", "power"])
def test_what_is_surely_drawn_counts_in_the_sums_of_circuits_though_no_phase_is_told(
    shares_watts: bool,
) -> None:
    """What a phase draws of a power is between a third of it and all: a third is sure."""
    bench = Bench(make_site(2, 63.0), phases_told=False)
    for id_, amperes in ((ONE, 20.0), (TWO, 8.0)):
        car = bench.plug_in(id_)
        car.shares_watts, car.draws = shares_watts, amperes
    assert bench.run(60).circuits["group"].measured == same(28.0)
