"""The page where things are not as they should be, or larger than usual."""

from collections.abc import Callable
from datetime import timedelta
import re
import time

from playwright.sync_api import Page, expect

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import CONF_CHARGER_ID, CONF_CONNECTORS
from homeassistant.config_entries import ConfigSubentry
from simulation.set_up import Group

from .conftest import Open
from .test_page import calculations
from .world import World

expect.set_options(timeout=20_000)

LONG = "The very last parking space behind the bicycle shed of the northern courtyard, by the wall"

type Shot = Callable[[Page, str], None]


def too_wide(page: Page) -> list[str]:
    """What of our page reaches out of the window, and can't be scrolled into it."""
    found: list[str] = page.evaluate(
        """() => {
          const panel = document.querySelector("home-assistant").shadowRoot
            .querySelector("home-assistant-main").shadowRoot
            .querySelector("ev-load-manager-panel").shadowRoot;
          const wide = [];
          const look = (root) => {
            for (const one of root.querySelectorAll("*")) {
              if (one.shadowRoot) look(one.shadowRoot);
              if (one.closest(".scroll, svg, .sr")) continue;
              const { right, width } = one.getBoundingClientRect();
              if (width && right > window.innerWidth + 1) wide.push(one.outerHTML.slice(0, 120));
            }
          };
          look(panel);
          return wide;
        }"""
    )
    return found


def test_a_charger_with_four_outlets_and_a_very_long_name_fits_everywhere(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    yard = world.run(world.home.set_up_group(name=f"{LONG} (group)"))
    config_entries = world.home.hass.config_entries
    entry = config_entries.async_get_entry(yard.entry_id)
    assert entry is not None
    world.run(yard.add_charger("QUAD", name=LONG, wiring=(0, 1, 2)))

    def four_outlets() -> ConfigSubentry:
        (subentry,) = entry.subentries.values()
        data = {**subentry.data, CONF_CONNECTORS: 4}
        config_entries.async_update_subentry(entry, subentry, data=data)
        return subentry

    subentry = world.do(four_outlets)
    assert subentry.data[CONF_CHARGER_ID] == "QUAD"
    for width in (1280, 360):
        page = open_page(f"/ev-load-manager/now/{yard.entry_id}", width=width)
        for number in (1, 2, 3, 4):
            outlet = page.get_by_role("article", name=f"{LONG}, outlet {number}", exact=True)
            expect(outlet).to_be_visible()
        assert not too_wide(page)
        screenshot(page, f"long-names-now-{width}")
        page.goto(f"{world.url}/ev-load-manager/settings/{yard.entry_id}")
        expect(page.get_by_role("heading", name=LONG, exact=True)).to_be_visible()
        expect(page.get_by_role("spinbutton", name=re.compile("outlet 4$"))).to_be_visible()
        assert not too_wide(page)
        screenshot(page, f"long-names-settings-{width}")
    world.run(yard.remove())


def test_thousands_of_recalculations_are_shown_as_far_as_somebody_asks(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    entry = world.home.hass.config_entries.async_get_entry(world.group.entry_id)
    assert entry is not None
    manager = entry.runtime_data

    def fill() -> None:
        began = clock.now() - timedelta(hours=2)
        for second in range(6000):
            # Every row is news to it: the limits differ.
            manager.records.recalculations._shown = None
            manager.records.recalculations.note(
                manager.decision,
                manager.readings,
                manager.live.settings,
                trigger="meter",
                now=began + timedelta(seconds=second),
            )

    world.do(fill)
    page = open_page("/ev-load-manager/log")
    log = calculations(page)
    log.get_by_label("Live").uncheck()
    rows = log.locator("tr.entry")
    expect(rows).to_have_count(100)

    for shown in (400, 1600):
        log.locator("details").get_by_role("button", name="Show more").click()
        expect(rows).to_have_count(shown)

    rows.nth(1590).locator("button").click()
    expect(log.locator("tr.inside")).to_have_count(1)
    screenshot(page, "thousands-of-rows")


def test_a_browser_whose_clock_is_wrong_shows_the_servers_time(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/now", clock_off_by=timedelta(hours=5))
    expect(page.get_by_role("article").first).to_be_visible()
    assert page.evaluate("Date.now()") / 1000 > time.time() + 4 * 3600

    page.get_by_role("navigation", name="EV charging").get_by_role("link", name="History").click()

    expect(page.locator("elm-chart").first).to_be_visible()
    expect(page.get_by_text("Nothing was recorded in this period.")).to_have_count(0)
    expect(page.get_by_text(re.compile("^L1: highest"))).not_to_have_count(0)
    screenshot(page, "wrong-clock")


def test_without_the_recorder_the_page_says_so_and_the_rest_works(
    world_without_recorder: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/history")
    expect(page.get_by_text("Home Assistant keeps no history")).to_be_visible()
    screenshot(page, "no-recorder")

    page.get_by_role("navigation", name="EV charging").get_by_role("link", name="Now").click()

    expect(page.get_by_role("heading", name="Garage")).to_be_visible()


def test_a_restart_of_home_assistant_is_said_and_the_page_goes_on_after_it(
    empty_world: World, open_page: Open, screenshot: Shot
) -> None:
    world = empty_world
    garage = world.run(world.home.set_up_group(name="Garage"))
    page = open_page()
    expect(page.get_by_role("heading", name="Garage")).to_be_visible()
    lost = page.get_by_text("The connection to Home Assistant is lost")

    world.shut_down()
    expect(lost).to_be_visible()
    expect(page.get_by_role("heading", name="Garage")).to_be_visible()
    screenshot(page, "restarting")
    world.start_again()

    expect(lost).to_have_count(0, timeout=60_000)
    expect(page.get_by_role("heading", name="Garage")).to_be_visible()
    garage = Group(world.home.api, world.home.hass, garage.entry_id)
    world.run(garage.set_number("maximum_current", 11))
    expect(page.get_by_role("meter", name="Garage, phase L1")).to_have_attribute(
        "aria-valuemax", "11"
    )
