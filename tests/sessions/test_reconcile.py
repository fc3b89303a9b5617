"""Every Wh that a meter counted is in a session, between two, or shown as unexplained."""

from hypothesis import given, settings, strategies as st

from custom_components.ev_load_manager.sessions.corrections import correct
from custom_components.ev_load_manager.sessions.months import Month
from custom_components.ev_load_manager.sessions.reconcile import Register, Span, of_month, reconcile
from custom_components.ev_load_manager.sessions.recorder import record, uid_of
from custom_components.ev_load_manager.sessions.register import Reading
from custom_components.ev_load_manager.sessions.told import RegisterTold

from .telling import HELSINKI, HOUR, begun, ended, new_book, rows, with_readings

MONTH = 30 * 86_400


def at(day: float, kwh: float) -> Reading:
    return Reading(day * 86_400, kwh * 1000)


def test_what_flowed_between_sessions_is_named() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(5, 110.5), at(6, 120), at(30, 120)]
    spans = [Span(at(1, 100), at(2, 110)), Span(at(5, 110.5), at(6, 120))]
    found = reconcile([Register(readings, spans)], start=0, end=MONTH, sessions=19_500)
    assert (found.counted, found.between, found.unexplained) == (20_000, 500, 0)
    assert not found.is_worth_telling


def test_what_nobody_can_explain_is_shown() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(30, 110)]
    spans = [Span(at(1, 100), at(2, 110))]
    found = reconcile([Register(readings, spans)], start=0, end=MONTH, sessions=9_000)
    assert found.unexplained == 1_000
    assert found.is_worth_telling


def test_a_voided_session_is_still_counted_by_the_meter() -> None:
    readings = [at(0, 100), at(1, 100), at(2, 110), at(30, 110)]
    spans = [Span(at(1, 100), at(2, 110))]
    found = reconcile([Register(readings, spans)], start=0, end=MONTH, sessions=0, voided=10_000)
    assert found.unexplained == 0


def test_a_meter_that_was_replaced_counts_with_both() -> None:
    old = [at(0, 100), at(10, 110)]
    new = [at(11, 0), at(30, 7)]
    spans = [Span(at(0, 100), at(10, 110)), Span(at(11, 0), at(30, 7))]
    found = reconcile(
        [Register(old, spans[:1]), Register(new, spans[1:])], start=0, end=MONTH, sessions=17_000
    )
    assert (found.counted, found.between, found.unexplained) == (17_000, 0, 0)


def test_without_readings_nothing_is_known() -> None:
    found = reconcile([], start=0, end=MONTH, sessions=5_000)
    assert found.counted is None
    assert found.unexplained is None


def test_a_month_that_begins_between_two_readings_is_an_estimate() -> None:
    found = reconcile(
        [Register([at(-1, 100), at(1, 110), at(30, 110)])], start=0, end=MONTH, sessions=0
    )
    assert found.estimated
    assert (found.counted, found.between) == (5_000, 5_000)


@settings(deadline=None)
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
    found = reconcile([Register(readings, spans)], start=0, end=moment, sessions=charged)
    assert found.counted == register
    assert found.unexplained == 0


def register(at: float, wh: float) -> RegisterTold:
    return RegisterTold(charger="GARAGE1", connector=1, reading=Reading(at, wh))


def test_a_month_in_the_book_is_explained_to_the_watt_hour() -> None:
    """A void session, a new meter amid one, energy of no session, and one over the month's end."""
    book = new_book()
    october = Month(2026, 10)
    start, end = october.start(HELSINKI), october.next.start(HELSINKI)
    day = 86_400.0
    for told in (
        register(start, 1_000_000),
        ended(start + day + HOUR, 1_005_000, begun(start + day, 1_000_000, tx_id="1")),
        # 300 Wh without a session.
        ended(start + 2 * day + HOUR, 1_008_300, begun(start + 2 * day, 1_005_300, tx_id="2")),
        # A new meter within this one: 2,000 Wh by the old, 1,000 by the new.
        ended(
            start + 3 * day + 2 * HOUR,
            301_000,
            with_readings(
                begun(start + 3 * day, 1_008_300, tx_id="3"),
                [(start + 3 * day + HOUR, 1_010_300), (start + 3 * day + HOUR + 60, 300_000)],
            ),
        ),
    ):
        record(book, told)
    over = begun(end - HOUR, 301_000, tx_id="4")
    over = with_readings(over, [(end - HOUR + 600 * n, 301_000 + 500 * n) for n in range(1, 12)])
    record(book, ended(end + HOUR, 307_000, over))
    (_, second, *_) = rows(book)
    correct(book, uid_of(second["once"]), "void", 1, user_id=None, why="a test", at=1)
    found = of_month(book, second["outlet_id"], october, HELSINKI)
    assert (found.sessions, found.voided, found.between) == (5_000 + 3_000 + 3_000, 3_000, 300)
    assert found.counted == 5_000 + 300 + 3_000 + 3_000 + 3_000
    assert found.unexplained == 0
    november = of_month(book, second["outlet_id"], october.next, HELSINKI)
    assert (november.counted, november.sessions, november.unexplained) == (3_000, 3_000, 0)
    book.close()


def test_a_register_that_counts_from_zero_in_each_session_is_explained() -> None:
    book = new_book()
    month = Month(2026, 10)
    start = month.start(HELSINKI)
    for n, wh in enumerate((5_000, 4_000, 6_000)):
        at, lifetime = start + n * 86_400, 1_000_000 + sum((5_000, 4_000, 6_000)[:n])
        told = begun(at, lifetime, tx_id=str(n))
        record(book, ended(at + HOUR, wh, with_readings(told, [(at + 600, 500)])))
    record(book, begun(start + 5 * 86_400, 1_015_000, tx_id="9"))
    found = of_month(book, rows(book)[0]["outlet_id"], month, HELSINKI)
    assert (found.counted, found.sessions, found.between) == (15_000, 15_000, 0)
    book.close()
