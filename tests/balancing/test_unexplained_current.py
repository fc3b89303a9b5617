"""What the meter shows and no charger is counted for is the building's, and makes others way."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.readings import Offer
from custom_components.ev_load_manager.balancing.site import ConnectorId

from .bench import Bench, ids, make_site

GRID = 40.0


def busy(*, chargers: int, grid: float = GRID) -> tuple[Bench, list[ConnectorId]]:
    """Two cars take 16 A each, beside a building of 5 A."""
    site = make_site(chargers, 100.0, rated=100.0, grid=grid, connector={"maximum": 16.0})
    bench = Bench(site)
    names = ids(chargers)
    bench.house = lambda now: 5.0
    for name in names[:2]:
        bench.plug_in(name, maximum=16.0)
    return bench, names


def carried(bench: Bench) -> float:
    """What flows at the grid connection, A."""
    assert bench.house is not None
    return bench.carried("grid").l1 + bench.house(bench.now)


def test_a_charger_whose_limit_ended_while_it_was_away_hides_no_building() -> None:
    bench, names = busy(chargers=3, grid=100.0)
    away = names[2]
    bench.set_connector(away, fallback=0.0)
    bench.plug_in(away, maximum=16.0)
    bench.run(200)
    assert bench.offers[away].accepted == 16.0
    bench.offline.add(away)
    gone_at = bench.now + 60.0
    bench.offers[away] = replace(bench.offers[away], expires_at=gone_at - 10.0, gone_at=gone_at)
    bench.run(60)
    bench.cars[away].draws = 0.0
    bench.set_limit("grid", GRID)
    bench.run(200)
    assert bench.limits()[:2] == [16.0, 16.0]

    bench.house = lambda now: 12.0

    bench.run(10)
    assert carried(bench) <= GRID


def test_a_charger_that_was_never_met_hides_no_building() -> None:
    bench, names = busy(chargers=3)
    bench.never_met.add(names[2])
    bench.offers[names[2]] = Offer()
    bench.run(200)
    assert bench.limits()[:2] == [16.0, 16.0]

    bench.house = lambda now: 12.0

    bench.run(10)
    assert carried(bench) <= GRID


@pytest.mark.parametrize("excess", [0.2, 0.9])
def test_what_cars_take_beyond_their_limits_is_taken_from_what_is_shared(excess: float) -> None:
    bench, names = busy(chargers=2)
    for name in names:
        bench.cars[name].excess = excess
    bench.house = lambda now: 10.0

    bench.run(200)

    assert GRID - 2.0 < carried(bench) <= GRID
