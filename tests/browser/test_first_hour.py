"""The first hour, as somebody without a manual sees it: from nothing to a balanced car."""

from collections.abc import Callable
import dataclasses
from dataclasses import dataclass
import re

from playwright.sync_api import Locator, Page, Response, expect
import pytest

from custom_components.ev_load_manager.flows import listening
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


MOST_DIALOGS = 7
MOST_CLICKS = 10


@dataclass
class Walk:
    """How far somebody has come: what was asked, and how often the mouse was pressed.

    From field to field one comes by typing. What only says that it waits asks nothing.
    """

    page: Page
    _answers: list[Response] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to count."""
        self.page.evaluate(
            "window.presses = 0;"
            "window.addEventListener('pointerdown', () => { window.presses += 1; }, true);"
        )
        self.page.on("response", self._hear)

    def _hear(self, answer: Response) -> None:
        self._answers.append(answer)

    @property
    def clicks(self) -> int:
        """How often the mouse was pressed."""
        presses: int = self.page.evaluate("window.presses")
        return presses

    @property
    def dialogs(self) -> list[str]:
        """The steps of flows that had to be answered, the closing page included."""
        steps: list[str] = []
        for answer in self._answers:
            if not re.search(r"/config_entries/(subentries/)?flow(/|$)", answer.url):
                continue
            step = answer.json()
            is_end = step.get("type") == "create_entry" and "next_flow" not in step
            if step.get("type") in ("form", "menu") or is_end:
                name = f"{step['flow_id']} {step.get('step_id', 'end')}"
                steps += [] if name in steps else [name]
        return [step.partition(" ")[2] for step in steps]


def test_from_nothing_to_a_balanced_car(
    empty_world: World,
    open_page: Open,
    screenshot: Shot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = empty_world
    # Nearly everybody has the usual port free.
    monkeypatch.setattr(listening, "DEFAULT_PORT", world.home.ocpp_port)
    page = open_page("/config/integrations/dashboard")
    expect(page.get_by_role("button", name="Add integration")).to_be_visible()
    walk = Walk(page)

    page.get_by_role("button", name="Add integration").click()
    # The page below has a search of its own.
    offered = page.locator("dialog-add-integration")
    offered.locator("input").fill("EV Load")
    offered.get_by_text("EV Load Manager", exact=True).click()

    # The group
    expect(page.get_by_text("A group of chargers")).to_be_visible()
    field(page, "Name").fill("Garage")
    field(page, "Rated current of the fuse").fill("25")
    field(page, "Limit for all chargers").fill("16")
    screenshot(page, "first-1-group")
    submit(page)

    # Its meter
    expect(page.get_by_text("Tibber etc.")).to_be_visible()
    expect(page.get_by_text("A meter in the distribution board")).to_be_visible()
    screenshot(page, "first-2-meter-kind")
    page.get_by_text("A meter with Modbus").click()
    field(page, "Address").fill("127.0.0.1")
    field(page, "Port").fill(str(world.site.meter.port))
    submit(page)
    expect(page.get_by_text("Is this right?")).to_be_visible()
    screenshot(page, "first-2-meter")
    page.get_by_text("Yes, go on").click()
    field(page, "Rated current of the main fuse").fill("25")
    field(page, "Limit for building and cars").fill("20")
    field(page, "Safe limit").fill("8")
    screenshot(page, "first-3-grid")
    submit(page)

    # Its first charger, which dials what the form shows
    expect(page.get_by_text("Waiting for a charger to connect to")).to_be_visible()
    shown = page.get_by_text(re.compile("^ws://.*/ID$")).first.inner_text()
    screenshot(page, "first-5-waiting")
    charger = world.do(
        lambda: world.site.add_charger("EVBOX-1", EVBOX_G4, url=shown.removesuffix("/ID"))
    )
    world.run(charger.start())
    expect(page.get_by_text("The charger EVBOX-1")).to_be_visible()
    expect(page.get_by_text(re.compile("Recognised as: EVBox"))).to_be_visible()
    expect(page.get_by_role("radio", name="No password")).to_be_checked()
    field(page, "Name").fill("Left of the door")
    screenshot(page, "first-7-charger")
    submit(page)
    expect(page.get_by_text("What comes next")).to_be_visible()
    screenshot(page, "first-8-done")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("What comes next")).to_have_count(0)

    assert walk.dialogs == [
        *("user", "meter", "meter_modbus", "meter_confirm", "meter_limits"),
        *("charger", "end"),
    ]
    assert len(walk.dialogs) <= MOST_DIALOGS
    assert 0 < walk.clicks <= MOST_CLICKS

    # A car
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

    # What the button for the next group is called
    page = open_page("/config/integrations/integration/ev_load_manager")
    expect(page.get_by_role("button", name="Add group")).to_be_visible()
    expect(page.get_by_text("Add hub")).to_have_count(0)
