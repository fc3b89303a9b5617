"""Every Wh that a meter counted is in a session, between two, or shown as unexplained."""

from hypothesis import given, strategies as st

from custom_components.ev_load_manager.sessions.reconcile import Span, reconcile
from custom_components.ev_load_manager.sessions.register import Reading

MONTH = 30 * 86_400


def at(day: float, kwh: float) -> Reading:
    return Reading(day * 86_400, kwh * 1000)


def test_what_flowed_between_sessions_is_named() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(5, 110.5), at(6, 120), at(30, 120)]
    spans = [Span(at(1, 100), at(2, 110)), Span(at(5, 110.5), at(6, 120))]
    found = reconcile([readings], spans, start=0, end=MONTH, sessions=19_500)
    assert (found.counted, found.between, found.unexplained) == (20_000, 500, 0)
    assert not found.is_worth_telling


def test_what_nobody_can_explain_is_shown() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(30, 110)]
    spans = [Span(at(1, 100), at(2, 110))]
    found = reconcile([readings], spans, start=0, end=MONTH, sessions=9_000)
    assert found.unexplained == 1_000
    assert found.is_worth_telling


def test_a_voided_session_is_still_counted_by_the_meter() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(30, 110)]
    spans = [Span(at(1, 100), at(2, 110))]
    found = reconcile([readings], spans, start=0, end=MONTH, sessions=0, voided=10_000)
    assert found.unexplained == 0


def test_a_meter_that_was_replaced_counts_with_both() -> None:
    old = [at(0, 100), at(10, 110)]
    new = [at(11, 0), at(30, 7)]
    spans = [Span(at(0, 100), at(10, 110)), Span(at(11, 0), at(30, 7))]
    found = reconcile([old, new], spans, start=0, end=MONTH, sessions=17_000)
    assert (found.counted, found.between, found.unexplained) == (17_000, 0, 0)


def test_without_readings_nothing_is_known() -> None:
    found = reconcile([], [], start=0, end=MONTH, sessions=5_000)
    assert found.counted is None
    assert found.unexplained is None


def test_a_month_that_begins_between_two_readings_is_an_estimate() -> None:
    found = reconcile([[at(-1, 100), at(1, 110), at(30, 110)]], [], start=0, end=MONTH, sessions=0)
    assert found.estimated
    assert (found.counted, found.between) == (5_000, 5_000)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 50), st.integers(0, 5_000), st.integers(1, 50), st.integers(0, 300)
        ),
        min_size=1,
        max_size=30,
    )
)
def test_sessions_and_what_is_between_them_are_all_that_was_counted(rows) -> None:
    readings, spans, moment, register, charged = [Reading(0.0, 0.0)], [], 0, 0, 0
    for length, wh, pause, idle in rows:
        start = Reading(float(moment), float(register))
        moment, register = moment + length, register + wh
        stop = Reading(float(moment), float(register))
        spans.append(Span(start, stop))
        charged += wh
        moment, register = moment + pause, register + idle
        readings += [stop, Reading(float(moment), float(register))]
    found = reconcile([readings], spans, start=0, end=moment, sessions=charged)
    assert found.counted == register
    assert found.unexplained == 0
