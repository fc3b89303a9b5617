"""What administrators find on the tab of settings beside limits: cards, and the wiring."""

from collections.abc import Callable
import re

from playwright.sync_api import Page, expect

from .conftest import Open
from .test_page import go_to, outlet, settled
from .world import World

expect.set_options(timeout=15_000)

type Shot = Callable[[Page, str], None]


def test_a_card_gets_a_name_on_the_page_and_its_outlet_shows_it(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page()
    expect(outlet(page, "Left of the door").get_by_text("Charging", exact=True)).to_be_visible(
        timeout=60_000
    )
    go_to(page, "settings")
    cards = page.locator("elm-tags")
    # Whoever charges has held up a card.
    cards.get_by_role("button", name=re.compile("^Give .* a name$")).first.click()

    cards.get_by_label("Name", exact=True).fill("Anna Almond")
    cards.get_by_label("Last day").fill("2099-12-31")
    screenshot(page, "who-may-charge")
    cards.get_by_role("button", name="Save the list").click()

    expect(cards.get_by_role("status").get_by_text("Saved")).to_be_attached()
    go_to(page, "now")
    expect(page.locator("article .driver").first).to_contain_text("Anna Almond")
    screenshot(page, "now-driver")
    go_to(page, "settings")
    expect(cards.get_by_label("Name", exact=True)).to_have_value("Anna Almond")
    page.set_viewport_size({"width": 360, "height": 780})
    cards.get_by_role("button", name="Add a card").scroll_into_view_if_needed()
    screenshot(page, "phone-who-may-charge")
    page.set_viewport_size({"width": 1280, "height": 900})
    cards.get_by_role("button", name="Add a card").click()
    cards.get_by_role("button", name="Save the list").click()
    expect(cards.get_by_role("alert")).to_contain_text("Each line needs a name and an ID tag")
    for name in ("2", "Anna Almond"):
        cards.get_by_role("button", name=f"Remove {name}").click()
    cards.get_by_role("button", name="Save the list").click()
    expect(cards.get_by_text("Nobody is in the list yet.")).to_be_visible()


def test_the_wiring_is_looked_for_where_it_stands_and_answers_there(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/settings")
    settled(page, "settings")

    page.get_by_role("button", name="Find the wiring: By the wall").click()

    row = page.locator(".setting").filter(
        has=page.get_by_role("button", name="Find the wiring: By the wall")
    )
    expect(row.get_by_role("alert")).to_have_text(re.compile("^No car is charging at By the wall"))
    # What the charger says, and what repairs reckon with, do not contradict each other.
    expect(page.get_by_text("not proven yet, so up to").first).to_be_visible()
    row.scroll_into_view_if_needed()
    screenshot(page, "settings-wiring")


def test_a_phone_is_told_of_what_its_owner_chose(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/settings")
    settled(page, "settings")
    messages = page.locator("elm-notifications")
    expect(messages.get_by_text("Home Assistant has no notify entity yet.")).to_be_visible()
    hass = world.home.hass
    world.do(
        lambda: hass.states.async_set("notify.phone", "unknown", {"friendly_name": "Anna's phone"})
    )
    page.reload()
    settled(page, "settings")

    messages.get_by_role("button", name="Add a recipient").click()
    messages.get_by_label("Where").select_option(label="By the wall")
    messages.get_by_label("The car is full").check()
    messages.get_by_label(re.compile("Faults: ")).uncheck()
    messages.get_by_role("button", name="Save the recipients").click()
    expect(messages.get_by_role("status").get_by_text("Saved")).to_be_attached()
    messages.scroll_into_view_if_needed()
    screenshot(page, "settings-messages")
    page.set_viewport_size({"width": 360, "height": 780})
    messages.get_by_role("button", name="Add a recipient").scroll_into_view_if_needed()
    screenshot(page, "phone-settings-messages")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.reload()
    settled(page, "settings")
    expect(messages.get_by_label("The car is full")).to_be_checked()
    expect(messages.get_by_label(re.compile("Faults: "))).not_to_be_checked()
    expect(messages.get_by_label("Where").locator("option:checked")).to_have_text(
        re.compile("By the wall")
    )

    messages.get_by_role("button", name="Remove Anna's phone").click()
    messages.get_by_role("button", name="Save the recipients").click()
    expect(messages.get_by_role("status").get_by_text("Saved")).to_be_attached()
    world.do(lambda: hass.states.async_remove("notify.phone"))
