"""One outlet on a page of its own, as its resident keeps it in the bookmarks."""

from collections.abc import Callable
import re

from playwright.sync_api import Page, expect
import pytest

from custom_components.ev_load_manager.csms.charge_point.connector import ForeignLimit

from .accessibility import PANEL, violations
from .conftest import Open
from .test_page import outlet, words
from .world import World

expect.set_options(timeout=15_000)

type Shot = Callable[[Page, str], None]

LEAF = "EVBOX-1/1"
NAME = "Left of the door"


def own_page(world: World, key: str = LEAF) -> str:
    """The path of an outlet."""
    return f"/ev-load-manager/{world.group.entry_id}/outlet/{key}"


def test_a_name_leads_to_a_page_of_its_own_and_back_leads_back(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page()

    outlet(page, NAME).get_by_role("link", name=NAME).click()

    expect(page).to_have_url(f"{world.url}{own_page(world)}")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(outlet(page, NAME).locator(".big strong")).to_have_text(re.compile(r"\d\u00a0kW$"))
    expect(outlet(page, NAME).get_by_text("Wiring")).to_be_visible()
    expect(page.get_by_role("meter", name="Garage, phase L1")).to_be_visible()
    expect(page.get_by_role("meter", name="Grid connection, phase L1")).to_be_visible()
    expect(page.locator("elm-happened li").first).to_contain_text(NAME)
    screenshot(page, "outlet")
    page.go_back()
    expect(outlet(page, "By the wall")).to_be_visible()


def test_who_else_limits_a_charger_is_said_by_name(
    world: World, open_page: Open, cars: None
) -> None:
    state = world.manager.access.point("EVBOX-1").connector(1)
    page = open_page()
    world.do(lambda: state.limited_elsewhere("SO", ForeignLimit(6.5, "SO")))
    try:
        sentence = "The grid operator limits its charger to 6.5\u00a0A."
        # Its car has to show first what it can use.
        expect(outlet(page, NAME).get_by_text(sentence)).to_be_visible(timeout=60_000)
    finally:
        world.do(lambda: state.limited_elsewhere("SO", None))


def test_a_bookmark_opens_it_for_a_resident_on_a_phone(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page(own_page(world), who=world.guest, width=360, height=780)

    expect(outlet(page, NAME).get_by_text("Charging", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    screenshot(page, "phone-outlet")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    page.get_by_role("link", name="All outlets").click()
    expect(outlet(page, "By the wall")).to_be_visible()


def test_the_address_of_an_outlet_is_copied(world: World, open_page: Open) -> None:
    page = open_page(own_page(world))
    page.evaluate(
        "navigator.clipboard.writeText = async (words) => { window.copied = words; }",
    )

    page.get_by_role("button", name="Copy its address").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == f"{world.url}{own_page(world)}"


def test_a_bookmark_of_an_outlet_that_is_gone_says_so(world: World, open_page: Open) -> None:
    page = open_page(own_page(world, "GONE%2F1/1"))

    expect(page.get_by_text("This outlet is not there")).to_be_visible()
    page.get_by_role("link", name="All outlets").click()
    expect(outlet(page, NAME)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de", "fi"])
def test_it_can_be_read_by_everybody(
    world: World,
    open_page: Open,
    cars: None,
    screenshot: Shot,
    language: str,
    dark: bool,
    width: int,
) -> None:
    page = open_page(own_page(world), width=width, height=900, dark=dark, language=language)
    expect(page.get_by_role("link", name=words(language)["one_outlet"]["all"])).to_be_visible()
    expect(page.locator("elm-happened li").first).to_be_visible()
    screenshot(page, f"outlet-{language}-{'dark' if dark else 'light'}-{width}")

    found = violations(page, PANEL)

    assert not [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    # Nothing that is told runs out of its card.
    facts = outlet(page, NAME).locator("dd")
    expect(facts.first).to_be_visible()
    assert not facts.evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_a_state_stands_in_the_same_place_however_long_a_name_is(
    world: World, open_page: Open, cars: None, screenshot: Shot, width: int
) -> None:
    page = open_page(width=width)
    cards = page.get_by_role("article")
    expect(cards).to_have_count(5)

    places = cards.evaluate_all(
        """(cards) => cards.map((card) => {
          const edge = card.getBoundingClientRect();
          const name = card.querySelector("h3").getBoundingClientRect();
          const state = card.querySelector(".chip").getBoundingClientRect();
          return [state.left - edge.left, state.top - name.bottom].map(Math.round);
        })"""
    )

    screenshot(page, f"heads-{width}")
    assert {tuple(place) for place in places} == {tuple(places[0])}
