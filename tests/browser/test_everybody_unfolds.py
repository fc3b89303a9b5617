"""What is closed at first, opened: details, forms and dialogs of the page, for everybody."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .accessibility import PANEL, violations
from .conftest import Open
from .dialog import for_everybody
from .test_page import go_to, settled, words
from .test_sessions import charge_a_month
from .world import World

expect.set_options(timeout=30_000)

type Shot = Callable[[Page, str], None]


@for_everybody
def test_what_is_unfolded_can_be_read_and_fits(
    world: World,
    open_page: Open,
    cars: None,
    screenshot: Shot,
    language: str,
    width: int,
    dark: bool,
) -> None:
    world.run(charge_a_month(world))
    hass = world.home.hass
    world.do(
        lambda: hass.states.async_set("notify.phone", "unknown", {"friendly_name": "Anna's phone"})
    )
    texts = words(language)
    page = open_page(width=width, dark=dark, language=language)
    panel = page.locator("ev-load-manager-panel")
    found: list[object] = []

    def look(name: str) -> None:
        closed = panel.locator("details:not([open]) > summary").filter(visible=True)
        while closed.count():
            closed.first.evaluate("one => one.click()")
        screenshot(page, f"unfolded-{name}-{language}-{'dark' if dark else 'light'}-{width}")
        found.extend(
            (name, one["id"], one["nodes"][0]["html"][:200]) for one in violations(page, PANEL)
        )
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append((name, "too wide", wide))

    settled(page, "now", language)
    look("now")

    go_to(page, "log", language)
    settled(page, "log", language)
    panel.locator("elm-log details > summary").first.click()
    expect(panel.locator("elm-log tr.entry").first).to_be_visible()
    panel.locator("elm-log tr.entry button").first.click()
    look("log")

    go_to(page, "sessions", language)
    month = panel.get_by_label(texts["sessions"]["month"], exact=True)
    expect(month).to_be_visible()
    month.select_option("202609")
    rows = panel.locator("elm-sessions table.list tbody tr")
    expect(rows.nth(20)).to_be_visible()
    rows.first.get_by_role("button").click()
    details = panel.locator("elm-session-details dialog")
    expect(details).to_be_visible()
    look("session")
    details.get_by_role("button", name=texts["sessions"]["close"]).click()
    panel.get_by_text(texts["sessions"]["keep"]["title"], exact=True).first.click()
    expect(panel.locator("elm-sessions-keep")).to_be_visible()
    look("drivers")

    go_to(page, "settings", language)
    settled(page, "settings", language)
    panel.get_by_role("button", name=texts["tags"]["add"]).click()
    panel.get_by_role("button", name=texts["notifications"]["add"]).click()
    look("settings")

    world.do(lambda: hass.states.async_remove("notify.phone"))
    assert not found
