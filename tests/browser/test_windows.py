"""The mean power of windows on the page: what is used of one, and those that are over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from playwright.sync_api import expect
import pytest

from custom_components.ev_load_manager.peaks.keeper import Kept
from simulation.charger.car import Car
from simulation.demo.peak import CONTACT, FLOOR, FORM, LEAF, TESLA, ZOE

from .accessibility import PANEL, violations
from .conftest import Open
from .test_page import Shot, go_to, settled, words
from .world import World

expect.set_options(timeout=30_000)


def remember_windows(world: World, hours: float) -> None:
    """Have some hours of windows that are over, one of them above its limit."""
    keeper = world.manager.power.peaks
    assert keeper is not None
    assert keeper.energy.start is not None
    chance = Random(1)
    before = []
    count = round(hours * 4)
    # Time passes faster here than in the browser, which shows what was until its own now.
    now = datetime.now(UTC)
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    began = min(keeper.energy.start, quarter)
    for number in range(count):
        start = began - timedelta(minutes=15 * (count - number))
        house = chance.uniform(500.0, 4000.0)
        mean = house + chance.uniform(0.0, 0.95) * (1000.0 * FLOOR - house)
        if number == count // 2:
            house = mean = 1000.0 * FLOOR + 1200.0
        limit = 1000.0 * FLOOR + (0.0 if number <= count // 2 else 1200.0)
        before.append(Kept(start, mean, house, house, limit))
    keeper.windows = before
    keeper.forget_limits()


@pytest.fixture(scope="module")
def limited(world_with_peaks: World) -> World:
    """With limits in kW beside the window, and an operator who has dimmed it once."""
    world = world_with_peaks
    world.run(world.group.set_power({**FORM, "group_power": 14.0, "grid_power": 17.0}))
    states = world.home.hass.states
    for state in ("on", "off"):
        attributes = {"friendly_name": "Ripple control"}
        world.do(partial(states.async_set, CONTACT, state, attributes))
        world.until(lambda state=state: bool(world.manager.power.signals.all) is (state == "on"))
    return world


@pytest.fixture
def charging(limited: World) -> World:
    """Three cars, of which not all may charge."""
    world = limited
    for outlet, model in (("EVBOX/1", LEAF), ("ALFEN/1", TESLA), ("GENERIC/1", ZOE)):
        charger, number = world.site.outlet(outlet)
        if charger.connectors[number].car is None:
            car = Car(model, name=model.name, seed=1)
            world.do(partial(world.site.plug_in, outlet, car))
    world.do(lambda: remember_windows(world, 6.0))
    return world


@pytest.fixture
def dimmed(charging: World) -> Iterator[World]:
    """While the operator dims it."""
    world = charging
    states = world.home.hass.states
    attributes = {"friendly_name": "Ripple control"}
    world.do(partial(states.async_set, CONTACT, "on", attributes))
    world.until(lambda: bool(world.manager.power.signals.all))
    yield world
    world.do(partial(states.async_set, CONTACT, "off", attributes))
    world.until(lambda: not world.manager.power.signals.all)


LOOKS = [
    ("en", 1280, False),
    ("en", 360, True),
    ("de", 1280, True),
    ("de", 360, False),
    ("fi", 1280, False),
    ("fi", 360, True),
]


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_a_window_its_limits_and_signals_can_be_read_by_everybody(
    dimmed: World, open_page: Open, screenshot: Shot, language: str, width: int, dark: bool
) -> None:
    texts = words(language)
    page = open_page(width=width, height=1600, dark=dark, language=language)
    found: list[object] = []

    def look(name: str) -> None:
        screenshot(page, f"window-{name}-{language}-{'dark' if dark else 'light'}-{width}")
        found.extend(
            (name, one["id"], one["nodes"][0]["html"][:200]) for one in violations(page, PANEL)
        )
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append((name, "too wide", wide))

    settled(page, "now", language)
    expect(page.locator("elm-window .used")).to_be_visible()
    expect(page.locator(".alert", has_text="Ripple control")).to_be_visible()
    while (folded := page.locator("details.tree:not([open]) > summary")).count():
        folded.first.click()
    expect(page.locator("elm-circuits .together")).to_have_count(2)
    look("now")
    go_to(page, "history", language)
    settled(page, "history", language)
    page.get_by_role("button", name=texts["history"]["day"], exact=True).click()
    expect(page.locator("elm-windows .bar").nth(20)).to_be_visible()
    page.locator("elm-windows").scroll_into_view_if_needed()
    look("history")
    go_to(page, "log", language)
    settled(page, "log", language)
    table = page.get_by_role("group", name=texts["log"]["signals"])
    expect(table.locator("tbody tr").nth(1)).to_be_visible()
    table.scroll_into_view_if_needed()
    look("log")
    go_to(page, "settings", language)
    settled(page, "settings", language)
    for key, value in (("group_power_limit", "14"), ("grid_power_limit", "17")):
        field = page.get_by_label(texts["settings"][key], exact=True)
        expect(field).to_have_value(value)
    look("settings")
    assert not found
