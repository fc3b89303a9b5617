"""Takes the pictures of the documents from the demo's Home Assistant (script/screenshots)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import re
import sys
import tempfile

from playwright.sync_api import Browser, Page, expect, sync_playwright
from rich.console import Console

from custom_components.ev_load_manager.const import (
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    DEFAULT_HOST,
    DEFAULT_PORT,
)
from simulation.car import Car
from simulation.demo import LEAF, NV200, TESLA

from .conftest import FLAGS, find_chromium
from .world import World

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
ADDRESS = "192.168.1.10"
"""What the pictures show as the address of Home Assistant."""
DIALOG = (600, 860)
"""So narrow that a dialog fills it, px."""
SCREEN = (1100, 900)

expect.set_options(timeout=30_000)


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
        charge(world)
        add_group(browser, world)
        look(browser, world)
        add_charger(browser, world)
        browser.close()
    return 0


@contextmanager
def opened(browser: Browser, world: World, path: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page of Home Assistant as its administrator sees it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="en-GB", color_scheme="light"
    )
    context.add_init_script(world.admin.signs_in)
    page = context.new_page()
    page.goto(f"{world.url}{path}")
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    """Take one, once nothing moves any more."""
    page.wait_for_timeout(700)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
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
        fill(page, "Maximum current rating", "32")
        take(page, "group")
        page.get_by_role("button", name="Submit").click()
        page.get_by_text("A meter that speaks Modbus").click()
        fill(page, "Address", "127.0.0.1")
        fill(page, "Port", str(world.site.meter.port))
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Which meter is it?")).to_be_visible()
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Is this right?")).to_be_visible()
        take(page, "meter")


def add_charger(browser: Browser, world: World) -> None:
    """Begin to add a charger, at the address and port that most people have."""
    hass = world.home.hass
    entry = hass.config_entries.async_get_entry(world.group.entry_id)
    assert entry is not None
    assert hass.config.api is not None
    hass.config.api.local_ip = ADDRESS
    usual = {CONF_LISTEN_HOST: DEFAULT_HOST, CONF_LISTEN_PORT: DEFAULT_PORT}
    world.do(lambda: hass.config_entries.async_update_entry(entry, data={**entry.data, **usual}))
    path = "/config/integrations/integration/ev_load_manager"
    with opened(browser, world, path, DIALOG) as page:
        page.get_by_text("Add charger").first.click()
        expect(page.get_by_text("Connect the charger")).to_be_visible()
        # Markdown is rendered later than the rest.
        expect(page.get_by_text(f"ws://{ADDRESS}")).to_be_visible()
        take(page, "charger")


def look(browser: Browser, world: World) -> None:
    """The page in the sidebar, once all cars have their share."""
    with opened(browser, world, "/ev-load-manager/now", SCREEN) as page:
        expect(page.get_by_text("Charging", exact=True)).to_have_count(3, timeout=120_000)
        page.wait_for_timeout(20_000)
        take(page, "now")
        page.goto(f"{world.url}/ev-load-manager/log")
        expect(page.locator("elm-log table tbody tr").first).to_be_visible()
        take(page, "log")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:  # noqa: BLE001 - Home Assistant would write it into its log only
        Console().print_exception()
        sys.exit(1)
