"""Somebody loads a phase who should not, by the settings."""

from dataclasses import dataclass, field

import pytest

from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    NO_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import MeterReading
from custom_components.ev_load_manager.balancing.wiring_doubt import WiringDoubt

L3 = frozenset({Phase.L3})


@dataclass
class Watched:
    """A meter read every second at a fuse of 35 A."""

    doubt: WiringDoubt = field(default_factory=WiringDoubt)
    now: float = 0.0

    def reads(
        self,
        amperes: float,
        *,
        seconds: int,
        estimate: float | None = None,
        strangers: Phases = L3,
        idle: bool = False,
    ) -> Phases:
        """Read `amperes` on L3, of which `estimate` are taken for the building's."""
        phases = self.doubt.phases
        for _ in range(seconds):
            self.now += 1.0
            phases = self.doubt.update(
                meter=MeterReading(at=self.now, currents=PhaseCurrents(1.0, 1.0, amperes)),
                other_load=PhaseCurrents(1.0, 1.0, amperes if estimate is None else estimate),
                rated=PhaseCurrents.same(35.0),
                strangers=strangers,
                idle=idle,
                latency=2.0,
            )
        return phases


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_phase_that_stays_over_its_fuse_though_all_made_way_is_in_doubt(
    watched: Watched,
) -> None:
    assert watched.reads(40.0, seconds=14) == NO_PHASES
    assert watched.reads(40.0, seconds=1) == L3


def test_the_doubt_stays_when_the_overload_is_gone(watched: Watched) -> None:
    watched.reads(40.0, seconds=20)
    assert watched.reads(10.0, seconds=3600) == L3


def test_a_person_clears_it(watched: Watched) -> None:
    watched.reads(40.0, seconds=20)
    watched.doubt.clear()
    assert watched.reads(10.0, seconds=10) == NO_PHASES


def test_a_short_overload_raises_no_doubt(watched: Watched) -> None:
    for _ in range(10):
        watched.reads(40.0, seconds=14)
        assert watched.reads(30.0, seconds=1) == NO_PHASES


def test_cars_that_can_still_make_way_raise_no_doubt(watched: Watched) -> None:
    assert watched.reads(40.0, seconds=60, estimate=30.0) == NO_PHASES


def test_without_a_stranger_it_is_the_building(watched: Watched) -> None:
    others = ALL_PHASES - L3
    assert watched.reads(40.0, seconds=60, strangers=others) == NO_PHASES


def test_a_phase_that_stays_over_with_no_car_drawing_is_the_buildings(watched: Watched) -> None:
    assert watched.reads(40.0, seconds=20) == L3
    assert watched.reads(40.0, seconds=30, idle=True) == L3
    assert watched.reads(40.0, seconds=1, idle=True) == NO_PHASES
    assert watched.reads(40.0, seconds=60) == NO_PHASES


def test_a_building_that_was_found_guilty_once_does_not_cover_for_a_car_later(
    watched: Watched,
) -> None:
    watched.reads(40.0, seconds=20)
    watched.reads(40.0, seconds=40, idle=True)
    watched.reads(20.0, seconds=1)
    assert watched.reads(40.0, seconds=15) == L3
