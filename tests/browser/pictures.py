"""Takes the pictures of the documents from the demo's Home Assistant (script/screenshots)."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
import re
import sys
import tempfile

from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from rich.console import Console

from custom_components.ev_load_manager.const import DEFAULT_PORT
from simulation.charger.car import Car
from simulation.demo.demo import LEAF, NV200, TESLA
from simulation.demo.past import remember

from .conftest import FLAGS, find_chromium
from .test_sessions import charge_a_month, september
from .world import World

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
ADDRESS = f"ws://192.168.1.10:{DEFAULT_PORT}"
"""What the pictures show as the address that chargers dial, as most people have it."""
DIALOG = (600, 860)
"""So narrow that a dialog fills it, px."""
SCREEN = (1100, 900)
PHONE = (390, 844)

ADD_DASHBOARD = """async () => {
  const { hass } = document.querySelector("home-assistant");
  await hass.callWS({
    type: "lovelace/dashboards/create", url_path: "dashboard-cars", mode: "storage",
    title: "Cars", show_in_sidebar: true, require_admin: false,
  });
  await hass.callWS({
    type: "lovelace/config/save", url_path: "dashboard-cars",
    config: { views: [{ title: "Cars", cards: [{ type: "custom:ev-load-manager-card" }] }] },
  });
}"""

expect.set_options(timeout=60_000)


def main() -> int:
    """Take them all; 1 where there is no browser."""
    executable = find_chromium()
    if executable is None:
        print("screenshots: there is no Chromium: install it, or name it in CHROMIUM")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        World(Path(folder)) as world,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        world.run(remember(world.group))
        charge(world)
        add_group(browser, world)
        add_charger(browser, world)
        look(browser, world)
        look_at_the_card(browser, world)
        browser.close()
    return 0


@contextmanager
def opened(
    browser: Browser, world: World, path: str, size: tuple[int, int], *, dark: bool = False
) -> Iterator[Page]:
    """A page of Home Assistant as its administrator sees it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="en-GB",
        color_scheme="dark" if dark else "light",
    )
    context.add_init_script(world.admin.signs_in)
    page = context.new_page()
    page.goto(f"{world.url}{path}")
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    """Take one, once nothing moves any more; 256 colours are plenty for a page."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)
    shot = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    shot.quantize(256).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png")


def fill(page: Page, label: str, text: str) -> None:
    """Type into the field with this label; * marks one that is needed."""
    name = re.compile(rf"^{re.escape(label)} ?\*?$")
    field = page.get_by_role("textbox", name=name).or_(page.get_by_role("spinbutton", name=name))
    field.fill(text)


def charge(world: World) -> None:
    """Three cars charge."""
    for connector, model in (("EVBOX-1/1", LEAF), ("EVBOX-2/1", NV200), ("ALFEN/1", TESLA)):
        car = Car(model, name=model.name, seed=1)
        world.do(lambda connector=connector, car=car: world.site.plug_in(connector, car))


def add_group(browser: Browser, world: World) -> None:
    """Go through the flow of a second group, up to the values of its meter."""
    path = "/config/integrations/dashboard/add?domain=ev_load_manager"
    with opened(browser, world, path, DIALOG) as page:
        page.get_by_role("button", name="OK").click()
        expect(page.get_by_text("A group of chargers")).to_be_visible()
        fill(page, "Name", "Cellar")
        fill(page, "Rated current of the fuse", "35")
        fill(page, "Limit for all chargers", "32")
        take(page, "group")
        page.get_by_role("button", name="Submit").click()
        page.get_by_text("A meter with Modbus").click()
        fill(page, "Address", "127.0.0.1")
        fill(page, "Port", str(world.site.meter.port))
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Is this right?")).to_be_visible()
        take(page, "meter")


def add_charger(browser: Browser, world: World) -> None:
    """Begin to add a charger, at the address and port that most people have."""

    def tell_the_usual_address(route: Route) -> None:
        answer = route.fetch()
        told = answer.text().replace(world.home.chargers_url, ADDRESS)
        route.fulfill(response=answer, body=told)

    path = f"/config/integrations/integration/ev_load_manager#config_entry={world.group.entry_id}"
    with opened(browser, world, path, DIALOG) as page:
        page.route("**/api/config/config_entries/subentries/flow**", tell_the_usual_address)
        page.get_by_text("Add charger").first.click()
        expect(page.get_by_text("Connect the charger")).to_be_visible()
        # Markdown is rendered later than the rest.
        expect(page.get_by_text(ADDRESS).first).to_be_visible()
        take(page, "charger")


def look(browser: Browser, world: World) -> None:
    """The page in the sidebar, once all cars have their share."""
    with opened(browser, world, "/ev-load-manager/now", SCREEN) as page:
        expect(page.get_by_text("Charging", exact=True)).to_have_count(3, timeout=120_000)
        expect(page.get_by_text("It has just started")).to_have_count(0, timeout=120_000)
        expect(page.get_by_text("in a moment")).to_have_count(0, timeout=120_000)
        take(page, "now")
        page.get_by_role("link", name="Twin in the yard, outlet 1").click()
        expect(page.locator("elm-outlet-view elm-happened li").first).to_be_visible()
        take(page, "outlet")
        page.goto(f"{world.url}/ev-load-manager/log")
        expect(page.locator("elm-happened li").first).to_be_visible()
        take(page, "log")
        page.goto(f"{world.url}/ev-load-manager/settings")
        expect(page.get_by_role("heading", name="Chargers")).to_be_visible()
        take(page, "settings")
        # The month has to be one that is over, so that it looks the same whenever it is taken.
        world.run(charge_a_month(world))
        page.goto(f"{world.url}/ev-load-manager/sessions")
        september(page)
        take(page, "sessions")
        page.goto(f"{world.url}/ev-load-manager/history")
        page.get_by_role("button", name="6 hours").click()
        expect(page.locator("ha-chart-base canvas")).to_have_count(3)
        take(page, "history")
    with opened(browser, world, "/ev-load-manager/now", PHONE, dark=True) as page:
        expect(page.get_by_role("article").first).to_be_visible()
        take(page, "phone")


def look_at_the_card(browser: Browser, world: World) -> None:
    """The card on somebody's dashboard."""
    with opened(browser, world, "/ev-load-manager/now", PHONE) as page:
        expect(page.get_by_role("article").first).to_be_visible()
        page.evaluate(ADD_DASHBOARD)
        page.goto(f"{world.url}/dashboard-cars/0")
        expect(page.locator("ev-load-manager-card").get_by_role("article").first).to_be_visible()
        take(page, "card")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:  # noqa: BLE001 - Home Assistant would write it into its log only
        Console().print_exception()
        sys.exit(1)
