"""The first hour, as somebody without a manual sees it: from nothing to a balanced car."""

from collections.abc import Callable
import re

from playwright.sync_api import Locator, Page, expect

from simulation.charger.car import Car
from simulation.charger.models import EVBOX_G4
from simulation.demo.demo import TESLA

from .conftest import Open
from .world import World

expect.set_options(timeout=30_000)

type Shot = Callable[[Page, str], None]


def field(page: Page, label: str) -> Locator:
    """The field with this label; * marks one that is needed."""
    name = re.compile(rf"^{re.escape(label)} ?\*?$")
    return page.get_by_role("textbox", name=name).or_(page.get_by_role("spinbutton", name=name))


def submit(page: Page) -> None:
    """Send the form."""
    page.get_by_role("button", name=re.compile("^(Submit|Next)$")).click()


def test_from_nothing_to_a_balanced_car(
    empty_world: World, open_page: Open, screenshot: Shot
) -> None:
    world = empty_world
    page = open_page("/config/integrations/dashboard")

    page.get_by_role("button", name="Add integration").click()
    page.get_by_role("searchbox").or_(page.get_by_label("Search")).last.fill("EV Load")
    page.get_by_text("EV Load Manager", exact=True).last.click()

    # The group
    expect(page.get_by_text("A group of chargers")).to_be_visible()
    field(page, "Name").fill("Garage")
    field(page, "Rated current of the fuse").fill("25")
    field(page, "Maximum current rating").fill("16")
    field(page, "Port to listen on").fill(str(world.home.ocpp_port))
    screenshot(page, "first-1-group")
    submit(page)

    # Its meter
    page.get_by_text("A meter that speaks Modbus").click()
    field(page, "Address").fill("127.0.0.1")
    field(page, "Port").fill(str(world.site.meter.port))
    submit(page)
    expect(page.get_by_text("Which meter is it?")).to_be_visible()
    submit(page)
    expect(page.get_by_text("Is this right?")).to_be_visible()
    screenshot(page, "first-2-meter")
    page.get_by_text("Yes, go on").click()
    field(page, "Rated current of the main fuse").fill("25")
    field(page, "Grid maximum current rating").fill("20")
    field(page, "Safe limit").fill("8")
    screenshot(page, "first-3-grid")
    submit(page)

    # Its first charger, which dials what the form shows
    expect(page.get_by_text("Connect the charger")).to_be_visible()
    shown = page.get_by_text(re.compile("^ws://.*/ID$")).first.inner_text()
    screenshot(page, "first-4-address")
    page.get_by_text("Wait until it connects").click()
    expect(page.get_by_text("Waiting for a charger to connect to")).to_be_visible()
    screenshot(page, "first-5-waiting")
    charger = world.do(
        lambda: world.site.add_charger("EVBOX-1", EVBOX_G4, url=shown.removesuffix("/ID"))
    )
    world.run(charger.start())
    expect(page.get_by_text("Which charger?")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("^EVBOX-1 · EV-BOX G4"))).to_be_checked()
    screenshot(page, "first-6-pick")
    submit(page)
    expect(page.get_by_text("The charger EVBOX-1")).to_be_visible()
    expect(page.get_by_text(re.compile("Recognised as: EVBox"))).to_be_visible()
    field(page, "Name").fill("Left of the door")
    screenshot(page, "first-7-charger")
    submit(page)
    expect(page.get_by_text("Give the charger a password?")).to_be_visible()
    screenshot(page, "first-7-password")
    page.get_by_text("No, add it without a password").click()
    expect(page.get_by_text("What comes next")).to_be_visible()
    screenshot(page, "first-8-done")

    # A car
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("What comes next")).to_have_count(0)
    page.get_by_role("link", name="EV charging").click()
    outlet = page.get_by_role("article", name="Left of the door")
    expect(outlet).to_be_visible()
    world.run(charger.until(lambda: charger.accepted))
    world.do(lambda: world.site.plug_in("EVBOX-1/1", Car(TESLA, name="Model 3", seed=1)))
    expect(outlet.get_by_text("Charging", exact=True)).to_be_visible()
    expect(outlet.locator(".big")).to_contain_text("16\u00a0A offered")
    screenshot(page, "first-9-charging")

    # The house switches something on, and the car makes way
    world.do(lambda: world.site.house.switch("heater", True))
    expect(outlet.locator(".big")).not_to_contain_text("16\u00a0A offered")
    expect(page.locator("elm-now .summary .chip")).to_have_text("Adaptive load management")
    screenshot(page, "first-10-balanced")
