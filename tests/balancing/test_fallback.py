"""Fallbacks fall at once and rise late, because writing them wears chargers."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.fallback import RISES_AFTER, SteadyFallbacks
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.site import Circuit, Connector, ConnectorId, Site

from .bench import L1, L2, L3

LEFT, RIGHT = ConnectorId("left", 1), ConnectorId("right", 1)
LIMIT = PhaseCurrents.same(20.0)


def site(fallback: float, *ids: ConnectorId, minimum: float = 6.0) -> Site:
    """A site where the fallbacks would be such."""
    return Site(
        circuits={"group": Circuit(id="group", parent=None, limit=LIMIT, rated=LIMIT)},
        connectors={
            id_: Connector(
                id=id_,
                circuit="group",
                wiring=(L1, L2, L3),
                minimum=minimum,
                maximum=16.0,
                fallback=fallback,
            )
            for id_ in ids or (LEFT,)
        },
    )


def fallbacks(found: Site) -> list[float]:
    """Those of all connectors."""
    return [connector.fallback for connector in found.connectors.values()]


def test_the_first_counts_at_once() -> None:
    assert fallbacks(SteadyFallbacks().applied(site(6.0), 0.0)) == [6.0]


def test_a_site_whose_fallbacks_are_steady_stays_the_same_one() -> None:
    steady, wanted = SteadyFallbacks(), site(6.0)
    assert steady.applied(wanted, 0.0) is wanted
    assert steady.applied(wanted, 1e6) is wanted


def test_they_fall_at_once_and_rise_after_a_while() -> None:
    steady = SteadyFallbacks()
    steady.applied(site(6.0), 0.0)
    assert fallbacks(steady.applied(site(0.0), 1.0)) == [0.0]
    assert fallbacks(steady.applied(site(6.0), 2.0)) == [0.0]
    assert not steady.is_rising(2.0 + RISES_AFTER - 1.0)
    assert steady.is_rising(2.0 + RISES_AFTER)
    assert fallbacks(steady.applied(site(6.0), 2.0 + RISES_AFTER)) == [6.0]
    assert not steady.is_rising(1e9)


def test_room_that_comes_and_goes_raises_none() -> None:
    steady = SteadyFallbacks()
    found = [steady.applied(site(6.0 if second % 2 else 0.0), second) for second in range(3000)]
    assert {tuple(fallbacks(one)) for one in found} == {(0.0,)}


def test_one_that_is_gone_begins_anew() -> None:
    steady = SteadyFallbacks()
    steady.applied(site(0.0, LEFT, RIGHT), 0.0)
    steady.applied(site(6.0, LEFT, RIGHT), 1.0)
    assert fallbacks(steady.applied(site(6.0, LEFT), 2.0)) == [0.0]
    assert fallbacks(steady.applied(site(6.0, LEFT, RIGHT), 3.0)) == [0.0, 6.0]


def test_none_is_kept_below_a_minimum_that_has_risen() -> None:
    steady = SteadyFallbacks()
    steady.applied(site(6.0), 0.0)
    assert fallbacks(steady.applied(site(8.0, minimum=8.0), 1.0)) == [0.0]


@pytest.mark.parametrize("start", [0.0, 6.0])
@given(steps=st.lists(st.tuples(st.floats(0.0, 2000.0), st.sampled_from([0.0, 6.0])), max_size=30))
def test_nobody_ever_has_more_than_there_is_room_for(
    start: float, steps: list[tuple[float, float]]
) -> None:
    steady, now = SteadyFallbacks(), 0.0
    steady.applied(site(start), now)
    for seconds, room in steps:
        now += seconds
        wanted = site(room)
        found = steady.applied(wanted, now)
        assert fallbacks(found)[0] <= room
        assert replace(found, connectors=wanted.connectors) == wanted
