"""Costs are right to the smallest coin, whatever the prices do, and a missing price is no price."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.sessions import money
from custom_components.ev_load_manager.sessions.completeness import WHOLE, Flag
from custom_components.ev_load_manager.sessions.prices import (
    Tariff,
    bill,
    choose,
    half_up,
    micro_of,
    spread,
)
from custom_components.ev_load_manager.sessions.quarters import QUARTER, Quarter, slot_of
from custom_components.ev_load_manager.sessions.statements import Charged, MixedCurrencies, draw_up

from .telling import HELSINKI, HOUR, NOON

FIRST = slot_of(NOON)


def tariff(**known) -> Tariff:
    return Tariff(**{"id": 1, "currency": "EUR", "micro": 300_000} | known)


def hours(*kwh: float) -> list[Quarter]:
    """Quarter hours with so many kWh each."""
    return [Quarter(FIRST + n, round(one * 1000), estimated=False) for n, one in enumerate(kwh)]


def billed(quarters, tariffs, told=None, **known):
    options = {"place": 1, "person": None, "start": int(NOON), "end": int(NOON + HOUR)}
    return bill(quarters, tariffs, told or {}, zone=HELSINKI, **(options | known))


def test_energy_costs_its_price() -> None:
    found = billed(hours(1, 2.5), [tariff()])
    assert found.nano == 1_050_000_000
    assert money.text(money.coins(found.nano, "EUR"), "EUR") == "1.05"


def test_without_a_price_nothing_is_free() -> None:
    found = billed(hours(1, 2), [])
    assert found.nano is None
    assert found.unpriced == 3_000


def test_a_price_that_changes_counts_from_its_quarter_hour() -> None:
    change = int(NOON) + QUARTER + 420  # within the second
    before = tariff(id=1, to_ts=change)
    after = tariff(id=2, from_ts=change, micro=500_000)
    found = billed(hours(1, 1, 1), [before, after])
    assert [one.nano for one in found.quarters] == [300_000_000, 500_000_000, 500_000_000]
    assert [one.tariff for one in found.quarters] == [1, 2, 2]


def test_hourly_prices_may_be_negative_and_may_be_missing() -> None:
    by_entity = tariff(micro=None, entity_id="sensor.price", add_micro=50_000)
    told = {("sensor.price", FIRST): 100_000, ("sensor.price", FIRST + 2): -80_000}
    found = billed(hours(1, 1, 1), [by_entity], told)
    assert [one.nano for one in found.quarters] == [150_000_000, None, -30_000_000]
    assert (found.nano, found.unpriced) == (120_000_000, 1_000)


def test_a_drivers_own_price_counts_before_the_places_and_that_before_all() -> None:
    tariffs = [
        tariff(id=1),
        tariff(id=2, applies="place", applies_to=1, micro=200_000),
        tariff(id=3, applies="person", applies_to=7, micro=100_000),
    ]
    found = {
        (place, person): choose(tariffs, FIRST, place, person).id
        for place in (1, 2)
        for person in (7, None)
    }
    assert found == {(1, 7): 3, (2, 7): 3, (1, None): 2, (2, None): 1}


def test_fees_of_time_and_session_fall_where_they_belong() -> None:
    end_of_october = 1_793_484_000  # 1 November 2026, 00:00 in Helsinki
    found = billed(
        [],
        [tariff(hour_micro=1_200_000, session_micro=500_000)],
        start=end_of_october - 1_800,
        end=end_of_october + 5_400,
    )
    assert found.fees == {202610: 1_100_000_000, 202611: 1_800_000_000}


def test_tax_comes_on_top_of_a_net_price_and_is_within_any_other() -> None:
    assert tariff(vat_ppm=255_000, net=True).per_kwh(None) == 376_500
    assert tariff(vat_ppm=255_000).per_kwh(None) == 300_000
    assert money.tax_within(12_550, 255_000) == 2_550


def test_a_tax_that_changes_at_new_year_counts_from_its_first_quarter_hour() -> None:
    new_year = 1_798_754_400  # 1 January 2027, 00:00 in Helsinki
    old = tariff(id=1, net=True, vat_ppm=240_000, to_ts=new_year)
    new = tariff(id=2, net=True, vat_ppm=255_000, from_ts=new_year)
    slot = slot_of(new_year)
    assert choose([old, new], slot - 1, 1, None) is old
    assert choose([old, new], slot, 1, None) is new


def test_another_currency_is_never_added_up() -> None:
    change = int(NOON) + QUARTER
    found = billed(
        hours(1, 1), [tariff(to_ts=change), tariff(id=2, from_ts=change, currency="SEK")]
    )
    assert (found.currency, found.nano, found.unpriced) == ("EUR", 300_000_000, 1_000)


@pytest.mark.parametrize(
    "nonsense", ["unavailable", "", None, "nan", float("inf"), True, [], "1e9", -5000.0]
)
def test_a_price_of_nonsense_is_none(nonsense) -> None:
    assert micro_of(nonsense) is None


def test_a_price_may_come_as_a_text() -> None:
    assert micro_of("0.30251") == 302_510
    assert micro_of(-0.05) == -50_000


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "TND"]))
def test_coins_are_rounded_as_a_cashier_does(nano, currency) -> None:
    digits = money.digits_of(currency)
    exact = Decimal(nano) / 10**9
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert Decimal(money.text(money.coins(nano, currency), currency)) == rounded


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.integers(-200_000, 900_000), st.booleans()),
        min_size=1,
        max_size=96,
    )
)
def test_a_bill_is_the_exact_sum_of_its_quarter_hours(rows) -> None:
    quarters = [Quarter(FIRST + n, wh, estimated=False) for n, (wh, _, _) in enumerate(rows)]
    told = {("sensor.price", FIRST + n): p for n, (_, p, known) in enumerate(rows) if known}
    found = billed(quarters, [tariff(micro=None, entity_id="sensor.price")], told)
    exact = sum(wh * price for wh, price, known in rows if known)
    assert (found.nano or 0) == exact
    assert found.unpriced == sum(wh for wh, _, known in rows if not known)


@settings(deadline=None)
@given(st.lists(st.integers(0, 20_000), max_size=60), st.integers(0, 10**6))
def test_energy_that_was_corrected_still_adds_up(wh, total) -> None:
    quarters = [Quarter(FIRST + n, one, estimated=False) for n, one in enumerate(wh)]
    found = spread(quarters, total)
    if sum(wh):
        assert sum(one.wh for one in found) == total
        assert all(one.wh >= 0 for one in found)


@settings(deadline=None)
@given(st.integers(-(10**19), 10**19), st.integers(1, 10**9))
def test_halves_go_away_from_zero(number, divisor) -> None:
    exact = (Decimal(number) / divisor).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert half_up(number, divisor) == int(exact)


def charged(n: int, wh: int | None = 1_000, nano: int | None = 0, **known) -> Charged:
    return Charged(
        **{
            "uid": f"{n:032x}",
            "start": int(NOON) + n,
            "end": int(NOON) + n + 60,
            "place": "P1",
            "tag": "T",
            "register_start": 0.0,
            "register_stop": 1.0,
            "wh": wh,
            "nano": nano,
            "unpriced_wh": 0,
            "currency": None if nano is None else "EUR",
            "flags": WHOLE,
        }
        | known
    )


@settings(deadline=None)
@given(st.lists(st.integers(-(10**10), 10**11), min_size=1, max_size=1000))
def test_printed_lines_add_up_to_the_printed_total(costs) -> None:
    found = draw_up(charged(n, nano=nano) for n, nano in enumerate(costs))
    printed = [Decimal(money.text(line.amount, "EUR")) for line in found.lines]
    assert sum(printed) == Decimal(money.text(found.amount, "EUR"))
    assert found.wh == 1_000 * len(costs)
    # A thousand roundings are no more than half a coin each.
    assert abs(found.amount - Decimal(sum(costs)) / 10**7) <= Decimal(len(costs)) / 2


def test_a_statement_says_what_is_not_in_its_sums() -> None:
    found = draw_up(
        [
            charged(1, nano=500_000_000),
            charged(2, wh=None, nano=None),
            charged(3, wh=700, nano=None, unpriced_wh=700),
            charged(4, nano=10**12, flags=Flag.VOID),
        ]
    )
    assert (found.wh, found.amount, found.unknown, found.unpriced_wh) == (1_700, 50, 1, 700)
    assert len(found.lines) == 3


def test_a_statement_is_in_one_currency() -> None:
    with pytest.raises(MixedCurrencies):
        draw_up([charged(1, nano=1), charged(2, nano=1, currency="SEK")])
