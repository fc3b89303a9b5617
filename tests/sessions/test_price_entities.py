"""What entities tell as a price is kept by quarter hours; what they do not tell stays missing."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.price_entities import micro_of_state, tells_price
from custom_components.ev_load_manager.sessions.quarters import QUARTER
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.core import HomeAssistant, State

from .telling import HOUR, NOON, begun, ended, row, tell

PRICE = "sensor.price"


@pytest.mark.parametrize(
    ("state", "unit", "micro"),
    [
        ("0.1234", "EUR/kWh", 123_400),
        ("12.34", "ct/kWh", 123_400),
        ("12.34", "öre/kWh", 123_400),
        ("123.4", "EUR/MWh", 123_400),
        ("4000", "SEK/MWh", 4_000_000),
        ("-0.05", None, -50_000),
        ("12.34", "snt / kWh", 123_400),
        ("900", "Rp/kWh", 900_000_000),
        ("12.34", "cents per kWh", 123_400),
        ("0.25", "€", 250_000),
        ("16", "kWh", None),
        ("16", "%", None),
        ("0.25", "EUR/month", None),
        ("unavailable", "EUR/kWh", None),
        ("unknown", "EUR/kWh", None),
        ("nan", "EUR/kWh", None),
        ("5000", "EUR/kWh", None),
    ],
)
def test_a_price_is_read_by_its_unit(state: str, unit: str | None, micro: int | None) -> None:
    attributes = {} if unit is None else {"unit_of_measurement": unit}
    assert micro_of_state(State(PRICE, state, attributes), "EUR") == micro


def test_what_is_called_as_another_currency_is_a_hundredth_only_where_that_is_so() -> None:
    state = State(PRICE, "25.5", {"unit_of_measurement": "Rp./kWh"})
    assert micro_of_state(state, "CHF") == 255_000
    assert micro_of_state(state, "IDR") == 25_500_000


@pytest.mark.parametrize(
    ("entity", "state", "attributes", "tells"),
    [
        ("sensor.price", "0.25", {"unit_of_measurement": "EUR/kWh"}, True),
        ("sensor.price", "-0.01", {"unit_of_measurement": "EUR/kWh"}, True),
        ("input_number.price", "25", {"unit_of_measurement": "ct/kWh"}, True),
        ("sensor.price", "0.25", {"device_class": "monetary", "unit_of_measurement": "EUR"}, True),
        # It is silent now, and may tell one later.
        ("sensor.price", "unavailable", {}, True),
        ("sensor.price", "unknown", {"unit_of_measurement": "EUR/kWh"}, True),
        ("sensor.price", "cheap", {}, False),
        ("sensor.price", "5000", {"unit_of_measurement": "EUR/kWh"}, False),
        ("sensor.energy", "12", {"unit_of_measurement": "kWh"}, False),
        ("sensor.power", "12", {"unit_of_measurement": "kW", "device_class": "power"}, False),
        ("switch.price", "on", {}, False),
        ("light.hall", "unavailable", {}, False),
    ],
)
async def test_an_entity_that_tells_no_price_is_not_taken_for_one(
    hass: HomeAssistant, entity: str, state: str, attributes: dict[str, str], tells: bool
) -> None:
    hass.states.async_set(entity, state, attributes)
    assert tells_price(hass, f" {entity.upper()}") is tells
    assert not tells_price(hass, f"{entity}_2")


@pytest.fixture
async def book(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncGenerator[Book]:
    """A book with a price that an entity tells, at noon."""
    freezer.move_to(datetime.fromtimestamp(NOON, UTC))
    shared = async_shared_book(hass)
    book = await shared.acquire("test")
    await book.change(
        partial(keeping.add_tariff, from_ts=0, currency="EUR", entity_id=PRICE, add=0.1)
    )
    assert shared.prices is not None
    await shared.prices.refresh()
    yield book
    await shared.release("test")


async def kept(book: Book) -> list[tuple[int, int]]:
    """Quarter hours since noon, and the price that was told in each."""
    return await book.change(
        lambda one: [
            (slot - int(NOON) // QUARTER, micro)
            for slot, micro in one.execute("SELECT slot, micro FROM price ORDER BY slot")
        ]
    )


async def test_a_price_is_kept_by_quarter_hours_and_a_silent_one_is_missing(
    hass: HomeAssistant, book: Book, freezer: FrozenDateTimeFactory
) -> None:
    async def later(minutes: float) -> None:
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()

    hass.states.async_set(PRICE, "0.20")
    await hass.async_block_till_done()
    await later(15)
    hass.states.async_set(PRICE, "0.30")  # some seconds after the quarter
    await hass.async_block_till_done()
    await later(15)
    hass.states.async_set(PRICE, "unavailable")
    await later(15)
    assert await kept(book) == [(0, 200_000), (1, 300_000), (2, 300_000)]

    start = begun()
    await book.change(partial(tell_all, told=(start, ended(NOON + HOUR, 1_004_000, start))))
    session = await book.change(row)
    assert session["nano"] == 1_000 * (300_000 + 400_000 + 400_000)
    shares = await book.change(lambda one: one.execute("SELECT unpriced_wh FROM share").fetchall())
    assert shares == [(1_000,)]


def tell_all(book, told) -> None:  # type: ignore[no-untyped-def]
    """Write all of it down."""
    tell(book, *told)


async def test_nobody_is_listened_to_whose_price_has_ended(
    hass: HomeAssistant, book: Book, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set(PRICE, "0.20")
    await hass.async_block_till_done()
    await book.change(partial(keeping.end_tariff, tariff=1, at=int(NOON) + 60))
    shared = async_shared_book(hass)
    assert shared.prices is not None
    await shared.prices.refresh()
    hass.states.async_set(PRICE, "0.30")
    await hass.async_block_till_done()
    assert await kept(book) == [(0, 300_000)]  # it is the price for another minute
    freezer.tick(60)
    await shared.prices.refresh()
    hass.states.async_set(PRICE, "0.40")
    await hass.async_block_till_done()
    assert await kept(book) == [(0, 300_000)]


async def test_nobody_is_listened_to_once_the_book_is_closed(
    hass: HomeAssistant, book: Book
) -> None:
    prices = async_shared_book(hass).prices
    assert prices is not None
    hass.states.async_set(PRICE, "0.20")
    refreshing = hass.async_create_task(prices.refresh())
    prices.stop()
    await refreshing
    await hass.async_block_till_done()
    before = await kept(book)
    hass.states.async_set(PRICE, "0.40")
    await hass.async_block_till_done()
    assert await kept(book) == before
