"""Cars that begin or stop while the building changes: whose current it is."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.other_load import HOLD_MARGIN
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents

from .metered import A, B, Site, car_of_10_a


def test_a_car_that_begins_again_once_its_charger_has_power_is_no_building() -> None:
    site = car_of_10_a()
    site.report(A, 0.0)
    site.meter(5.0, seconds=30)
    site.draws[A] = replace(site.draws[A], connected_since=site.now)
    site.report(A, 0.0)
    site.meter(5.0, seconds=8)
    site.report(A, 4.0)
    site.meter(9.0, seconds=3)
    site.meter(15.0, seconds=6)
    assert site.estimate() == pytest.approx(5.0)
    site.report(A, 10.0)
    site.meter(15.0, seconds=6)
    site.meter(17.0)
    assert site.estimate() == pytest.approx(7.0)


def test_a_mean_comes_to_its_end() -> None:
    site = car_of_10_a()
    site.meter(15.4, seconds=20)
    site.meter(15.0, seconds=20)
    assert site.other.metered == PhaseCurrents.same(15.0)


def test_a_rise_behind_a_car_that_stops_is_nobodys_room_though_another_follows_a_raise() -> None:
    site = Site()
    site.car(A, draws=10.0, offered=10.0)
    site.car(B, draws=6.0, offered=6.0)
    site.meter(21.0, seconds=20)
    site.offer(B, 0.0)
    # The car stops, and the building takes as much more.
    site.meter(21.0, seconds=8)
    site.report(B, 0.0)
    site.meter(21.0, seconds=2)
    site.offer(A, 12.0)
    site.draws[B] = replace(site.draws[B], reserved=0.0)
    site.meter(21.0, seconds=6)
    assert site.estimate() == pytest.approx(9.0)
    # 11 A, which the raise of A hides.
    assert site.held is not None
    assert site.held.l1 + site.other.unseen.l1 == pytest.approx(11.0 + HOLD_MARGIN)
    site.report(A, 10.0)
    site.meter(21.0, seconds=12)
    site.report(A, 10.0)
    site.meter(21.0, seconds=6)
    assert site.estimate() == pytest.approx(11.0)
    assert site.other.unseen.l1 == 0.0
