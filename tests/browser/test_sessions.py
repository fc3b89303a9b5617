"""The tab of sessions: months and totals, details with reasons, corrections, and what is printed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
import re
from shutil import which
import subprocess
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect
import pytest

from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.register import Reading
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from custom_components.ev_load_manager.sessions.told import End, SessionTold, Span

from .accessibility import PANEL, violations
from .conftest import Open
from .test_page import go_to, words
from .world import World

expect.set_options(timeout=15_000)

type Shot = Callable[[Page, str], None]

BEGIN = datetime(2026, 9, 14, 15, 0, tzinfo=UTC).timestamp()
HOUR = 3600.0


def a_session(number: int, tag: str, wh: float, hours: float = 2.0) -> SessionTold:
    """A session of an autumn day, with what its meter showed and what it did."""
    start = BEGIN + number * 24 * HOUR
    end = start + hours * HOUR
    register = 1_000_000.0 + number * 50_000
    steps = round(hours * 4)
    return SessionTold(
        charger="EVBOX-1",
        connector=1,
        tx_id=str(number),
        tag=tag,
        started=start,
        told_start=datetime.fromtimestamp(start, UTC).isoformat(),
        register=register,
        zone="Europe/Helsinki",
        readings=tuple(
            Reading(start + n * 900, register + wh * n / steps) for n in range(1, steps)
        ),
        spans=(
            Span(start, "charging:full_speed"),
            Span(start + HOUR, "waiting:waiting_for_turn"),
            Span(start + 1.5 * HOUR, "charging:equal_share"),
        ),
        highest_current=16.0,
        phases=3,
        end=End(
            at=end,
            told=datetime.fromtimestamp(end, UTC).isoformat(),
            register=register + wh,
            reason="EVDisconnected",
        ),
    )


@pytest.fixture
def charged(world: World) -> World:
    """A month in which Anna, who is the guest, and others charged."""
    world.run(charge_a_month(world))
    return world


async def charge_a_month(world: World) -> None:
    """Have September's sessions in the book, once."""
    book = async_shared_book(world.home.hass).book
    assert book is not None
    known = await book.read(keeping.persons)
    if known:
        return
    users = await world.home.hass.auth.async_get_users()
    guest = next(user.id for user in users if user.name == "Guest")
    anna = await book.change(
        lambda connection: keeping.change_person(connection, None, name="Anna", ha_user_id=guest)
    )
    await book.change(
        lambda connection: keeping.give_card(connection, anna, "ANNA1", now=0, from_ts=0)
    )
    await book.change(lambda connection: keeping.change_person(connection, None, name="Berta"))
    await book.change(
        lambda connection: keeping.add_tariff(
            connection, from_ts=0, currency="EUR", price=0.2345, tax=25.5
        )
    )
    for number in range(3):
        await book.tell(a_session(number, "ANNA1", 7_400))
    for number in range(3, 123):
        await book.tell(a_session(number % 12 + 3, f"CARD{number}", 5_000 + number))


async def tell(world: World, told: SessionTold) -> None:
    """Have a session in the book."""
    book = async_shared_book(world.home.hass).book
    assert book is not None
    await book.tell(told)


def september(page: Page) -> Locator:
    """The tab with September 2026, whose end nobody waits for."""
    tab = page.locator("elm-sessions")
    expect(tab.get_by_label("Month", exact=True)).to_be_visible()
    tab.get_by_label("Month", exact=True).select_option("202609")
    expect(tab.get_by_role("button", name="Show only Left of the door")).to_be_visible()
    return tab


def no_wider_than_the_screen(page: Page) -> None:
    """Nobody has to scroll sideways."""
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def everybody_can_read(page: Page) -> None:
    """Nothing of the page keeps anybody out."""
    found = violations(page, PANEL)
    assert not [
        (one["id"], [node["html"][:200] + str(node["any"][:1])[:300] for node in one["nodes"][:3]])
        for one in found
    ]


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", r"1 session", r"\d+ sessions"),
        ("de", r"1 Ladevorgang", r"\d+ Ladevorgänge"),
        ("fi", r"1 lataus", r"\d+ latausta"),
    ],
)
def test_one_session_is_counted_in_other_words_than_several(
    charged: World, open_page: Open, language: str, one: str, several: str
) -> None:
    charged.run(tell(charged, a_session(-70, "ANNA1", 4_000)))
    page = open_page("/ev-load-manager/sessions", language=language)
    months = page.locator("elm-sessions").get_by_label(
        words(language)["sessions"]["month"], exact=True
    )
    count = page.locator("elm-sessions .head .quiet").first
    expect(months).to_be_visible()

    for month, said in (("202607", one), ("202609", several)):
        months.select_option(month)
        expect(count).to_have_text(re.compile(f"^{said}$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_month_is_listed_searched_and_looked_into(
    charged: World, open_page: Open, screenshot: Shot, width: int
) -> None:
    page = open_page(width=width, height=800)
    go_to(page, "sessions")
    tab = september(page)
    screenshot(page, f"sessions-{width}")
    no_wider_than_the_screen(page)
    everybody_can_read(page)

    tab.get_by_label(re.compile("^Search")).fill("anna")
    rows = tab.locator("table.list tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("7.40")

    rows.first.get_by_role("button").click()
    details = page.locator("elm-session-details dialog")
    expect(details.get_by_text("complete", exact=True)).to_be_visible()
    expect(details).to_contain_text("7.400\u00a0kWh")
    expect(details).to_contain_text("€1.74")
    details.get_by_text("What it did when, and why").click()
    expect(details).to_contain_text("Waiting for its turn")
    expect(details.locator("svg rect").first).to_be_attached()
    screenshot(page, f"session-details-{width}")
    no_wider_than_the_screen(page)
    everybody_can_read(page)
    details.get_by_role("button", name="Close").click()
    expect(details).to_have_count(0)


def test_on_a_phone_the_values_of_a_session_have_half_of_the_room(
    charged: World, open_page: Open
) -> None:
    page = open_page("/ev-load-manager/sessions", width=360, height=800, language="de")
    tab = page.locator("elm-sessions")
    tab.get_by_label("Monat", exact=True).select_option("202609")
    tab.locator("table.list tbody tr").first.get_by_role("button").click()
    facts = page.locator("elm-session-details dialog dl")
    value = facts.locator("dd").first
    expect(value).to_be_visible()
    wide = facts.evaluate("one => one.clientWidth")
    assert value.evaluate("one => one.clientWidth") > 0.45 * wide


IN_THE_LIGHT_AND_BY_NIGHT = pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (360, True)], ids=["screen", "phone-dark"]
)


@IN_THE_LIGHT_AND_BY_NIGHT
def test_a_correction_shows_what_was_told_and_who_changed_it(
    charged: World, open_page: Open, screenshot: Shot, width: int, dark: bool
) -> None:
    page = open_page("/ev-load-manager/sessions", width=width, height=800, dark=dark)
    tab = september(page)
    tab.get_by_label(re.compile("^Search")).fill("CARD112" if dark else "CARD111")
    rows = tab.locator("table.list tbody tr")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").click()
    details = page.locator("elm-session-details dialog")
    details.get_by_text("Correct this session").click()
    details.locator("select[name=field]").select_option("wh")
    details.get_by_label("Right value").fill("4.2")
    details.get_by_label("Reason").fill("the display showed less")
    details.get_by_role("button", name="Save the correction").click()

    expect(details.get_by_text("corrected", exact=True)).to_be_visible()
    expect(details).to_contain_text("By its register")
    expect(details).to_contain_text("the display showed less")
    expect(details).to_contain_text("4.200\u00a0kWh")
    screenshot(page, f"session-corrected-{width}")
    no_wider_than_the_screen(page)
    everybody_can_read(page)

    details.locator("select[name=field]").select_option("void")
    details.get_by_label("Reason").fill("a test")
    details.get_by_role("button", name="Save the correction").click()
    expect(details.get_by_text("voided", exact=True).first).to_be_visible()
    details.get_by_role("button", name="Close").click()
    expect(rows.first).to_have_class("void")


@IN_THE_LIGHT_AND_BY_NIGHT
def test_every_correction_can_be_made(
    charged: World, open_page: Open, screenshot: Shot, width: int, dark: bool
) -> None:
    page = open_page("/ev-load-manager/sessions", width=width, height=800, dark=dark)
    tab = september(page)
    tab.get_by_label(re.compile("^Search")).fill("CARD57" if dark else "CARD56")
    rows = tab.locator("table.list tbody tr")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").click()
    details = page.locator("elm-session-details dialog")
    details.get_by_text("Correct this session").click()
    field, value = details.locator("select[name=field]"), details.locator("[name=value]")

    def put_right(what: str, to: str | None, reason: str) -> None:
        field.select_option(what)
        if what == "person":
            value.select_option(label=to)
        elif what == "merge":
            value.select_option(index=0)
        elif to is not None:
            value.fill(to)
        details.get_by_label("Reason").fill(reason)
        no_wider_than_the_screen(page)
        details.get_by_role("button", name="Save the correction").click()
        expect(details.get_by_text(reason).first).to_be_visible()

    started = details.locator("dt:text-is('Start') + dd")
    put_right("person", "Berta", "it was her car")
    expect(details.locator("dl")).to_contain_text("Berta")
    put_right("note", "by the gate", "as told")
    expect(details.locator("dl")).to_contain_text("by the gate")
    before = started.inner_text()
    field.select_option("start")
    put_right("start", f"{value.input_value()[:14]}07:00", "its clock was late")
    expect(started).not_to_have_text(before)
    # What can't be is refused in words, and what was typed stays.
    field.select_option("start")
    value.fill("1970-01-01T00:00:00")
    details.get_by_label("Reason").fill("a slip of the hand")
    details.get_by_role("button", name="Save the correction").click()
    alert = details.get_by_role("alert")
    expect(alert).to_contain_text("before 2010")
    # It is where somebody looks who has just asked for it.
    expect(alert).to_be_in_viewport()
    expect(value).to_have_value(re.compile("^1970-01-01T00:00"))
    screenshot(page, f"session-correction-refused-{width}")
    everybody_can_read(page)

    put_right("merge", None, "told in pieces")
    expect(details.get_by_text("merged it with another session")).to_be_visible()
    # It is the one that both are now.
    expect(details.locator(".chip").get_by_text("voided")).to_have_count(0)
    screenshot(page, f"session-merged-{width}")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_session_that_goes_on_says_so(
    charged: World, open_page: Open, screenshot: Shot, width: int
) -> None:
    runs = replace(a_session(0, "RUNS", 0), connector=2, end=None)
    charged.run(tell(charged, runs))
    page = open_page("/ev-load-manager/sessions", width=width, height=800)
    tab = september(page)
    tab.get_by_label(re.compile("^Search")).fill("RUNS")
    row = tab.locator("table.list tbody tr")
    expect(row).to_have_count(1)
    expect(row.get_by_text("charging now").locator("visible=true").first).to_be_visible()
    screenshot(page, f"session-running-{width}")
    no_wider_than_the_screen(page)


def test_a_guests_card_holds_for_the_days_of_the_house_whoever_enters_it_elsewhere(
    charged: World, open_page: Open
) -> None:
    """The last day is one of them; a card that ends before it begins is refused in words."""
    page = open_page("/ev-load-manager/sessions", zone="America/Los_Angeles")
    september(page).get_by_role("button", name="Drivers and prices").click()
    keep = page.locator("elm-sessions-keep")
    keep.locator("summary", has_text="Berta").click()
    form = keep.get_by_role("form", name="Add card: Berta")
    # Clocks are changed on the 25th.
    form.get_by_label("ID tag of the card").fill("GUEST1")
    form.get_by_label("From").fill("2026-10-25")
    form.get_by_label("Last day").fill("2026-10-24")
    form.get_by_role("button", name="Add card").click()
    expect(keep.get_by_role("alert")).to_have_text("A card can't end before it begins.")
    form.get_by_label("Last day").fill("2026-10-25")
    form.get_by_role("button", name="Add card").click()
    expect(keep.get_by_text("Oct 25, 2026 – Oct 25, 2026")).to_be_visible()
    begins = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Helsinki")).timestamp()
    assert charged.run(uses_of(charged, "GUEST1")) == [(begins, begins + 25 * 3600)]


async def uses_of(world: World, tag: str) -> list[tuple[int, int]]:
    """When a card was somebody's."""
    book = async_shared_book(world.home.hass).book
    assert book is not None
    return await book.read(
        lambda one: one.execute(
            """SELECT from_ts, to_ts FROM card_use JOIN card ON card.id = card_id
            WHERE tag = ?""",
            (tag,),
        ).fetchall()
    )


@IN_THE_LIGHT_AND_BY_NIGHT
def test_a_statement_prints_with_its_letterhead(
    charged: World,
    open_page: Open,
    tmp_path: Path,
    screenshot: Shot,
    width: int,
    dark: bool,
) -> None:
    page = open_page("/ev-load-manager/sessions", width=width, height=800, dark=dark)
    tab = september(page)
    tab.get_by_role("button", name="Drivers and prices").click()
    keep = page.locator("elm-sessions-keep")
    keep.get_by_label("Letterhead of statements").fill("As Oy Latauspiha <1>\nKatu 1, Turku")
    keep.get_by_role("form", name="Statements and book").get_by_role("button", name="Save").click()
    screenshot(page, f"sessions-keep-{width}")
    no_wider_than_the_screen(page)
    tab.get_by_role("button", name="Charging sessions").click()
    tab.get_by_role("button", name="By driver").click()
    with page.context.expect_page() as opened:
        tab.get_by_role("button", name="Statement: Anna").click()
    statement = opened.value
    # What a page opens is as large and as dark as that one's screen.
    statement.set_viewport_size({"width": width, "height": 800})
    statement.emulate_media(color_scheme="dark" if dark else "light")
    expect(statement.get_by_role("heading", name="Statement of charging")).to_be_visible()
    expect(statement.locator("tbody tr")).to_have_count(3)
    expect(statement.locator("tfoot")).to_contain_text("22.200")
    screenshot(statement, f"statement-{width}")
    # Nothing of it is cut off; on a phone its table, and that alone, is moved sideways.
    no_wider_than_the_screen(statement)
    if width > 1000:
        assert statement.locator(".table").evaluate("one => one.scrollWidth <= one.clientWidth")
    # It is paper, also by night.
    assert statement.evaluate("getComputedStyle(document.body).backgroundColor") == PAPER
    assert not violations(statement)

    printed = tmp_path / "statement.pdf"
    statement.pdf(path=printed, prefer_css_page_size=True)
    words = pdf_text(printed)
    for word in ("As Oy Latauspiha <1>", "Katu 1, Turku", "22.200", "5.22 EUR", "2026-09-D"):
        assert word in words, words
    # Every line's price, and their sum.
    assert words.count("1.74 EUR") == 3
    # What is for the screen only is not on paper.
    assert "Print" not in words.split()


PAPER = "rgb(255, 255, 255)"


def pdf_text(path: Path) -> str:
    """The text of a PDF, as people read it."""
    if (pdftotext := which("pdftotext")) is not None:
        done = subprocess.run(
            [pdftotext, "-layout", str(path), "-"], check=True, capture_output=True, text=True
        )
        return " ".join(done.stdout.split())
    reader = pytest.importorskip("pypdf").PdfReader(path)
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_a_driver_sees_only_their_own(charged: World, open_page: Open, screenshot: Shot) -> None:
    page = open_page("/ev-load-manager/sessions", who=charged.guest, width=360, height=780)
    tab = page.locator("elm-sessions")
    expect(tab.locator("table.list tbody tr")).to_have_count(3)
    expect(tab.get_by_role("button", name="Drivers and prices")).to_have_count(0)
    screenshot(page, "sessions-driver")
    no_wider_than_the_screen(page)


def test_an_exchanged_charger_is_chosen_at_its_place(
    charged: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/sessions", width=360, height=800, dark=True)
    tab = september(page)
    tab.get_by_role("button", name="Drivers and prices").click()
    places = page.locator("elm-sessions-keep").get_by_role("region", name="Places")
    form = places.get_by_role("form").first
    chosen = form.get_by_label("Charger, where it was exchanged")
    chosen.scroll_into_view_if_needed()
    screenshot(page, "sessions-places-360")
    no_wider_than_the_screen(page)
    everybody_can_read(page)
    # It is offered what there is, and is what serves the place.
    assert chosen.evaluate("one => one.options.length") > 1
    expect(chosen.locator("option:checked")).not_to_have_text("–")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_count(0)
