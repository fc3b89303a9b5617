"""What is set for a connector: whether it may charge, its minimum, its maximum and its step."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.site import amperes_from_kilowatts

from .bench import Bench, ids, make_site, same

ONE, TWO = ids(2)


def test_a_user_pauses_a_car_and_lets_it_go_on() -> None:
    bench = Bench(make_site(1, 16.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_connector(ONE, charging_allowed=False)
    bench.run()
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)
    bench.set_connector(ONE, charging_allowed=True)
    bench.run(20)
    assert bench[ONE].limit == 16.0


def test_a_maximum_below_the_minimum_pauses() -> None:
    bench = Bench(make_site(1, 16.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_connector(ONE, maximum=4.0)
    bench.run()
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)


def test_no_step_from_the_minimum_to_the_maximum_pauses() -> None:
    # Neither 6 A, below its minimum, nor 7 A, above its maximum.
    between = {"minimum": 6.2, "maximum": 6.8, "step": 1.0}
    bench = Bench(make_site(1, 16.0, connector=between))
    bench.plug_in(ONE)
    bench.run(60)
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)


@given(
    minimum=st.floats(6.0, 12.0).map(lambda value: round(value, 3)),
    maximum=st.floats(6.0, 16.0).map(lambda value: round(value, 3)),
    step=st.sampled_from((0.1, 1.0)),
)
def test_a_limit_is_never_above_the_maximum_nor_below_the_minimum(
    minimum: float, maximum: float, step: float
) -> None:
    setting = {"minimum": minimum, "maximum": maximum, "step": step}
    bench = Bench(make_site(2, 32.0, connector=setting))
    for one in (ONE, TWO):
        bench.plug_in(one)
        bench.run(40)
    for limit in bench.limits():
        assert limit <= maximum + 1e-6
        assert limit == 0.0 or limit >= minimum - 1e-6
    connectors = bench.site.connectors.values()
    alone = fallback_currents(connectors, bench.site.circuits, same(32.0)).values()
    assert all(fallback <= maximum + 1e-6 for fallback in alone)


@pytest.mark.parametrize(("step_size", "least"), [(0.1, 6.1), (1.0, 7.0)])
def test_no_limit_is_below_a_minimum_between_two_steps(step_size: float, least: float) -> None:
    minimum = amperes_from_kilowatts(4.2, phases=3)
    bench = Bench(make_site(2, 15.0, connector={"minimum": minimum, "step": step_size}))
    bench.plug_in(ONE)
    bench.run(30)
    bench.plug_in(TWO)
    bench.run(10)
    assert bench[TWO].limit in (0.0, least)
    bench.run(20)
    assert bench[TWO].limit >= least
    bench.site = replace(
        bench.site, circuits={"group": replace(bench.site.circuits["group"], limit=same(12.1))}
    )
    bench.run(60)
    assert min(bench.limits()) == 0.0
    assert sorted(bench.limits())[1] >= least


def test_a_charger_that_is_away_is_not_raised_at_once_either() -> None:
    bench = Bench(make_site(1, 16.0, connector={"fallback": 6.0}))
    bench.run(5)
    bench.offline = {ONE}
    bench.run(20)
    fallback = bench.limits()
    assert fallback == [6.0]
    bench.set_connector(ONE, charging_allowed=False)
    bench.run(1)
    assert bench.limits() == [0.0]
    bench.set_connector(ONE, charging_allowed=True)
    bench.run(2)
    assert bench.limits() == [0.0]
    bench.run(5)
    assert bench.limits() == fallback
