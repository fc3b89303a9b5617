"""What flows follows from what a charger tells; what it does not tell is unknown, never 0."""

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ev_load_manager.csms.charge_point.connector import PhaseValues, Values
from custom_components.ev_load_manager.csms.charge_point.draw import (
    Draw,
    draw_of,
    tells_milliamperes,
)
from custom_components.ev_load_manager.csms.charge_point.register_rise import RegisterRise

NOTHING_ROSE = RegisterRise()


def draw(
    terminals: int = 3,
    *,
    maximum: float = 32.0,
    rise: RegisterRise = NOTHING_ROSE,
    at: float = 0.0,
    **told: object,
) -> Draw:
    """What flows according to a charger that told so much."""
    found = draw_of(
        Values(at=at, **told),  # type: ignore[arg-type]
        rise,
        terminals=terminals,
        hardware_maximum=maximum,
    )
    assert found is not None
    return found


def nothing_follows(terminals: int = 3, **told: object) -> bool:
    """Whether it told nothing of what flows."""
    values = Values(at=0.0, **told)  # type: ignore[arg-type]
    return draw_of(values, NOTHING_ROSE, terminals=terminals, hardware_maximum=32.0) is None


def test_currents_of_all_terminals_are_what_flows() -> None:
    found = draw(currents=(9.6, 9.4, 0.0), power=4370.0, voltages=(230.0, 230.0, 230.0))
    assert (found.currents, found.highest, found.lowest) == ((9.6, 9.4, 0.0), 9.6, None)


def test_a_terminal_that_told_nothing_is_unknown_where_power_says_that_more_flows() -> None:
    found = draw(currents=(9.6, None, None), power=6624.0, voltages=(230.0, 230.0, 230.0))
    assert found.currents is None
    assert found.at_least == 9.6
    assert found.highest == pytest.approx(19.2, abs=0.5)


def test_a_terminal_that_told_nothing_carries_nothing_where_power_leaves_nothing_for_it() -> None:
    for power in (2208.0, 2120.0, 2300.0):
        assert draw(currents=(9.6, None, None), power=power).currents == (9.6, 0.0, 0.0)


def test_without_power_a_terminal_that_told_nothing_stays_unknown() -> None:
    found = draw(currents=(9.6, None, None))
    assert (found.currents, found.highest, found.at_least) == (None, 9.6, 9.6)
    # All may flow on the others.
    assert nothing_follows(currents=(0.0, None, None))


def test_zeros_of_one_that_tells_a_single_phase_for_all_mean_nothing() -> None:
    found = draw(currents=(9.6, 0.0, 0.0), power=6624.0)
    assert found.currents is None
    assert found.at_least == 9.6
    # A power that is some seconds older is no sign of that.
    assert draw(currents=(9.6, 0.0, 0.0), power=3100.0).currents == (9.6, 0.0, 0.0)
    assert draw(currents=(0.0, 0.0, 0.0), power=6624.0).currents == (0.0, 0.0, 0.0)


def test_powers_of_the_phases_stand_in_for_their_currents() -> None:
    found = draw(
        powers=(2300.0, 2420.0, 0.0),
        power=4720.0,
        voltages=(230.0, 242.0, None),
        currents=(None,) * 3,
    )
    assert found.currents == (10.0, 10.0, 0.0)


def test_power_alone_is_a_bound() -> None:
    found = draw(power=21_900.0)
    assert found.currents is None
    assert found.at_least == pytest.approx(31.74, abs=0.01)
    assert found.highest == 40.0  # no more than the hardware can
    assert draw(2, power=9200.0).at_least == pytest.approx(20.0)


def test_no_power_is_no_current() -> None:
    assert draw(power=0.0).highest == 0.0


def test_one_terminal_carries_all_whatever_it_is_called() -> None:
    assert draw(1, currents=(16.0, None, None)).currents == (16.0,)
    assert draw(1, currents=(None, 16.0, None)).currents == (16.0,)
    assert draw(1, current=16.0).currents == (16.0,)
    assert draw(1, neutral=16.0).currents == (16.0,)
    assert draw(1, power=3680.0).currents == (16.0,)
    assert draw(1, power=3680.0, voltage=240.0).currents == pytest.approx((15.33,), abs=0.01)
    # A charger on L2 of the grid may name its terminal so, and tell zeros of the others.
    assert draw(1, currents=(0.0, 16.0, 0.0)).currents == (16.0,)
    assert draw(1, currents=(0.0, None, 16.0), power=3680.0).currents == (16.0,)


def test_the_neutral_tells_at_least_how_much_flows_and_never_that_nothing_does() -> None:
    found = draw(neutral=10.0)
    assert (found.currents, found.at_least, found.highest) == (None, 10.0, 40.0)
    assert draw(neutral=10.0, power=2300.0).highest == pytest.approx(10.0, rel=0.11)
    # Three phases that are loaded evenly show nothing on it.
    assert nothing_follows(neutral=0.0)
    assert draw(neutral=0.0, power=6900.0).at_least == pytest.approx(10.0)


def test_one_current_for_all_phases_is_no_less_than_power_says() -> None:
    assert draw(current=16.0).highest == 16.0
    assert draw(current=16.0, power=3680.0).highest == 16.0
    found = draw(current=16.0, power=22_080.0)
    assert (found.highest, found.lowest) == (32.0, None)


@pytest.mark.parametrize("voltage", [0.0, 23.0, 400.0, 65_535.0, -230.0])
def test_a_voltage_that_cannot_be_is_none(voltage: float) -> None:
    assert draw(1, power=2300.0, voltage=voltage).currents == (10.0,)
    assert draw(1, power=2300.0, voltages=(voltage, None, None)).currents == (10.0,)


def test_nobody_is_believed_to_draw_much_more_than_hardware_can() -> None:
    found = draw(currents=(1e9, 16.0, 16.0), maximum=16.0)
    assert (found.currents, found.highest) == ((20.0, 16.0, 16.0), 20.0)
    assert draw(power=1e12, maximum=16.0).at_least == 20.0
    assert draw(current=1e9, maximum=16.0).highest == 20.0


def test_milliamperes_that_are_called_amperes_show_beside_the_power() -> None:
    def tells(power: float | None, currents: PhaseValues) -> bool | None:
        return tells_milliamperes(Values(at=0.0, power=power, currents=currents))

    assert tells(11_040.0, (16_000.0, 16_010.0, 15_990.0)) is True
    assert tells(11_040.0, (16.0, 16.0, 16.0)) is False
    assert tells(3680.0, (16.0, 0.0, 0.0)) is False
    assert tells(None, (16_000.0, 0.0, 0.0)) is None
    assert tells(0.0, (16.0, 0.0, 0.0)) is None
    assert tells(11_040.0, (0.0, 0.0, 0.0)) is None


@pytest.mark.parametrize(
    ("power", "currents"),
    [
        (11.04, (16.0, 16.0, 16.0)),  # kW that are called W
        (43.5, (63.0, 63.0, 63.0)),
        (3.0, (15.0, 0.0, 0.0)),  # mA of a car that rests, or kW of one that charges
    ],
)
def test_a_current_that_an_outlet_can_carry_is_never_divided_for_its_power(
    power: float, currents: PhaseValues
) -> None:
    assert tells_milliamperes(Values(at=0.0, power=power, currents=currents)) is None
    assert draw(currents=currents, power=power, maximum=63.0).at_least == max(currents)


def rising(*energies: float, period: float = 15.0) -> RegisterRise:
    """A register that showed so much, Wh, one after the other."""
    rise = RegisterRise()
    for number, energy in enumerate(energies):
        rise.note(number * period, energy)
    return rise


def test_a_register_that_rises_proves_what_flows() -> None:
    # 150 Wh in 15 s are 36 kW: no car draws so much, and at least half of it is proved.
    found = draw(rise=rising(4000.0, 4150.0, 4300.0, 4450.0), energy=4450.0, at=45.0)
    assert found.currents is None
    assert 20.0 < found.at_least <= 40.0
    assert found.highest == 40.0


def test_a_register_raises_what_power_says_and_no_current_that_was_measured() -> None:
    rise = rising(4000.0, 4150.0, 4300.0, 4450.0)
    assert draw(rise=rise, power=100.0, at=45.0).at_least > 20.0
    assert draw(rise=rise, currents=(6.0, 6.0, 6.0), at=45.0).highest == 6.0
    # What it told once, before the register rose, is no current of now.
    assert draw(rise=rise, currents=(0.0, 0.0, 0.0), at=0.0).at_least > 20.0


@given(
    watts=st.floats(0.0, 22_000.0),
    step=st.sampled_from([0.1, 1.0, 10.0, 100.0, 1000.0]),
    refresh=st.sampled_from([1.0, 7.0, 15.0, 40.0]),
    period=st.floats(5.0, 60.0),
    start=st.integers(0, 10_000),
)
def test_a_register_never_proves_more_than_flows(
    watts: float, step: float, refresh: float, period: float, start: int
) -> None:
    rise = RegisterRise()
    for number in range(12):
        at = number * period
        # Firmware that refreshes it seldom shows what it was then.
        energy = start * 7.0 + watts * (at // refresh) * refresh / 3600.0
        rise.note(at, energy // step * step)
        assert rise.power() <= watts + 1e-6


@given(watts=st.floats(4000.0, 22_000.0), period=st.sampled_from([10.0, 15.0, 20.0]))
def test_a_fine_register_proves_most_of_what_flows(watts: float, period: float) -> None:
    rise = rising(*(10_000 + round(watts * n * period / 3600.0) for n in range(10)), period=period)
    assert rise.power() > 0.75 * watts


def test_what_flowed_before_a_moment_proves_nothing_of_it() -> None:
    rise = rising(4000.0, 4150.0, 4300.0, 4300.0, 4300.0, 4300.0)
    assert rise.power() > 0.0
    assert rise.power(since=31.0) == 0.0


def test_a_register_that_begins_anew_proves_nothing() -> None:
    assert rising(4000.0, 4150.0, 4300.0, 0.0).power() == 0.0
    assert rising(0.0, 4000.0).power() == 0.0
    assert rising(4000.0).power() == 0.0


@given(
    amperes=st.floats(0.0, 32.0),
    phases=st.sampled_from([(0,), (1,), (0, 1), (0, 1, 2)]),
    voltage=st.floats(215.0, 245.0),
    factor=st.floats(0.97, 1.0),
    told=st.sets(st.integers(0, 2)),
    tells_power=st.booleans(),
    tells_voltage=st.booleans(),
)
@example(16.0, (0,), 215.0, 1.0, {1}, True, False)
def test_the_truth_is_within_the_bounds(
    amperes: float,
    phases: tuple[int, ...],
    voltage: float,
    factor: float,
    told: set[int],
    tells_power: bool,
    tells_voltage: bool,
) -> None:
    truth = [amperes if phase in phases else 0.0 for phase in range(3)]
    first, second, third = (truth[n] if n in told else None for n in range(3))
    values = Values(
        at=0.0,
        currents=(first, second, third),
        power=sum(truth) * voltage * factor if tells_power else None,
        voltage=voltage if tells_voltage else None,
    )
    found = draw_of(values, NOTHING_ROSE, terminals=3, hardware_maximum=32.0)
    if found is None:
        return
    assert found.at_least <= max(truth) * 1.07 + 0.01
    assert found.highest >= max(truth) - max(1.0, 0.05 * max(truth))
    if found.currents is not None:
        for known, true in zip(found.currents, truth, strict=True):
            assert known == pytest.approx(true, abs=max(1.0, 0.05 * max(truth)))
