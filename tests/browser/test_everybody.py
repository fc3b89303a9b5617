"""The page for everybody: every tab, on a screen and on a phone, light and dark, by keyboard."""

from collections.abc import Callable, Iterator
import re

from playwright.sync_api import Page, expect
import pytest

from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.wiring_hint import WiringHint
from simulation.charger.car import Car
from simulation.demo.demo import TESLA

from .accessibility import PANEL, violations
from .conftest import Open
from .test_page import TABS, go_to, outlet, settled, words
from .world import World

expect.set_options(timeout=30_000)

type Shot = Callable[[Page, str], None]


@pytest.mark.parametrize("language", ["en", "de", "fi"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_tab_can_be_read_and_fits(
    world: World,
    open_page: Open,
    cars: None,
    screenshot: Shot,
    width: int,
    dark: bool,
    language: str,
) -> None:
    world.set_limit(15)
    page = open_page(width=width, height=900, dark=dark, language=language)
    for tab in TABS:
        go_to(page, tab, language)
        settled(page, tab, language)
        screenshot(page, f"{tab}-{language}-{'dark' if dark else 'light'}-{width}")

        found = violations(page, PANEL)

        assert not [(tab, one["id"], one["nodes"][0]["html"][:200]) for one in found]
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, tab


def focus(page: Page, name: str, role: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    wanted = page.locator("ev-load-manager-panel").get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one.getRootNode().activeElement === one"):
            return
    raise AssertionError(f"{name} is not to be had by keyboard")


def test_a_limit_is_set_and_a_car_paused_by_keyboard_alone(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page()
    expect(outlet(page, "Left of the door").get_by_text("Charging", exact=True)).to_be_visible()

    focus(page, "Settings", "link")
    page.keyboard.press("Enter")
    settled(page, "settings")
    focus(page, words("en")["settings"]["maximum_current"], "spinbutton")
    page.keyboard.press("Control+A")
    page.keyboard.type("13")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved")).to_be_attached()
    assert float(world.do(lambda: world.group.state("maximum_current"))) == 13.0

    focus(page, "Now", "link")
    page.keyboard.press("Enter")
    focus(page, "Pause charging at Left of the door", "button")
    page.keyboard.press("Enter")
    expect(outlet(page, "Left of the door")).to_contain_text("Somebody paused it.")
    focus(page, "Let Left of the door charge", "button")
    page.keyboard.press("Enter")
    expect(outlet(page, "Left of the door")).not_to_contain_text("Somebody paused it.")


@pytest.fixture
def hint(world: World) -> Iterator[None]:
    """Cars at one charger were seen on another phase than its settings say."""
    entry = world.home.hass.config_entries.async_get_entry(world.group.entry_id)
    assert entry is not None
    found = entry.runtime_data.wiring_finder.hints.found
    shown = WiringHint(seen=frozenset({Phase.L2}), expected=frozenset({Phase.L1}))
    world.do(lambda: found.update({"EVBOX-1": shown}))
    yield
    world.do(found.clear)


def test_a_wiring_that_cars_show_otherwise_is_hinted_at_where_it_is_found(
    world: World, open_page: Open, hint: None, screenshot: Shot
) -> None:
    page = open_page()

    alert = page.locator(".alert").filter(
        has_text=re.compile("may be wired in another way than its settings say")
    )
    expect(alert).to_have_count(1)
    screenshot(page, "wiring-hint")
    alert.get_by_role("link", name="See its wiring").click()

    expect(page.get_by_text("Steps of its car showed on L2 of the meter.")).to_be_visible()
    screenshot(page, "wiring-hint-settings")


def test_what_happened_is_told_in_sentences_and_the_numbers_are_behind_them(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/log")
    told = page.locator("elm-happened li")
    world.set_limit(16)
    try:
        world.do(lambda: world.site.plug_in("ALFEN/1", Car(TESLA, name="Model 3", seed=2)))
        name = "Twin in the yard, outlet 1"
        charger = world.site.chargers["ALFEN"]
        world.run(charger.until(lambda: charger.connectors[1].offered >= 15.0))
        expect(told.filter(has_text=f"{name}: a session has begun.").first).to_be_visible()

        world.do(lambda: world.site.house.switch("heater", True))

        why = re.compile(rf"{name} down to [\d.]+\u00a0A: the building draws more on L\d\.")
        expect(told.filter(has_text=why).first).to_be_visible(timeout=120_000)
        screenshot(page, "what-happened")
    finally:
        world.do(lambda: world.site.house.switch("heater", False))
        world.do(lambda: world.site.unplug("ALFEN/1"))
    expect(page.locator("tr.entry")).to_have_count(0)
    page.locator("elm-log summary").filter(has_text="Calculations").click()
    expect(page.locator("tr.entry").first).to_be_visible()
