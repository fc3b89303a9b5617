"""Set-up for everybody: every step of it, on a screen and on a phone, light and dark, by language.

The dialogs are Home Assistant's. Ours is what stands in them: texts, tables, labels, and how wide they get.
"""

from collections.abc import Callable
import json
from pathlib import Path
import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
import pytest

from custom_components.ev_load_manager.const import DOMAIN

from .conftest import Open
from .world import World

expect.set_options(timeout=30_000)

TEXTS = Path(__file__).parents[2] / "custom_components" / DOMAIN / "translations"

NEW_GROUP = f"/config/integrations/dashboard/add?domain={DOMAIN}"

type Shot = Callable[[Page, str], None]

OURS = "ha-markdown"
"""What of a dialog is made of nothing but our texts."""
TOO_WIDE = """(dialog) => {
  const wide = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      const { left, right, width } = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      if (!width || style.visibility === "hidden" || style.position === "absolute") continue;
      const cut = style.textOverflow === "ellipsis" && one.scrollWidth > one.clientWidth + 1;
      if (cut && /list-item/.test(root.host?.localName)) wide.push(one.outerHTML.slice(0, 300));
      if (right > window.innerWidth + 1 || left < -1) wide.push(one.outerHTML.slice(0, 120));
    }
  };
  look(dialog.shadowRoot);
  return wide;
}"""


class Dialog:
    """A flow of Home Assistant, found by our own texts in the language of its reader."""

    def __init__(self, page: Page, language: str, look: Callable[[str], None]) -> None:
        """`look` is at every step, with its name."""
        self.page = page
        self._look = look
        path = TEXTS / f"{language}.json"
        self.texts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.here = page.locator("dialog-data-entry-flow")

    @property
    def fields(self) -> Locator:
        """What can be typed into."""
        return self.here.locator("ha-form input").filter(visible=True)

    def words(self, path: str) -> str:
        """The text at a path, such as `config.step.user.title`."""
        found: Any = self.texts
        for key in path.split("."):
            found = found[key]
        return str(found)

    def step(self, path: str) -> None:
        """Wait for a step by its title, and look at it with all sections open."""
        # What a title mentions is not known here.
        title = max(re.split(r"{\w+}", self.words(f"{path}.title")), key=len).strip()
        expect(self.here.get_by_text(title).first).to_be_visible()
        shown = self.here.locator("ha-form, step-flow-menu, step-flow-progress")
        expect(shown.filter(visible=True).first).to_be_visible()
        for section in self.here.locator("ha-expansion-panel").filter(visible=True).all():
            section.click(position={"x": 40, "y": 20})
        self._look(path.replace("config_subentries.", "").replace(".step", ""))

    def choose(self, path: str, option: str) -> None:
        """Take what a menu offers."""
        name = self.words(f"{path}.menu_options.{option}")
        self.here.get_by_text(name, exact=True).click()

    def submit(self) -> None:
        """Send the form."""
        self.here.locator("ha-dialog-footer ha-button").filter(visible=True).last.click()

    def close(self) -> None:
        """Leave it."""
        self.here.locator("ha-icon-button").filter(visible=True).first.click()
        expect(self.here.locator("ha-dialog-header").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [
        ("en", 1280, True),
        ("en", 360, False),
        ("de", 1280, False),
        ("de", 360, True),
        ("fi", 1280, True),
        ("fi", 360, False),
    ],
)
def test_every_step_can_be_read_and_fits(
    world: World, open_page: Open, screenshot: Shot, language: str, width: int, dark: bool
) -> None:
    page = open_page(NEW_GROUP, width=width, dark=dark, language=language)
    found: list[object] = []

    def look(name: str) -> None:
        screenshot(page, f"set-up-{name}-{language}-{'dark' if dark else 'light'}-{width}")
        found.extend(
            (name, one["id"], node["html"][:200])
            for one in Axe().run(page).response["violations"]
            for node in one["nodes"]
            if any(OURS in str(part) for part in node["target"])
        )
        found.extend((name, "too wide", wide) for wide in dialog.here.evaluate(TOO_WIDE))

    dialog = Dialog(page, language, look)

    def begin_group() -> None:
        page.goto(f"{world.url}{NEW_GROUP}")
        page.locator("dialog-box ha-button").filter(visible=True).last.click()
        expect(dialog.fields.first).to_be_visible()
        for number, typed in ((0, "Hof"), (-2, "25"), (-1, "16")):
            dialog.fields.nth(number % dialog.fields.count()).fill(typed)

    # A group with sensors
    begin_group()
    dialog.step("config.step.user")
    dialog.submit()
    dialog.step("config.step.meter")
    dialog.choose("config.step.meter", "meter_device")
    dialog.step("config.step.meter_device")
    dialog.submit()
    dialog.step("config.step.meter_sensors")
    dialog.close()

    # A group with a Modbus meter
    begin_group()
    dialog.submit()
    dialog.choose("config.step.meter", "meter_modbus")
    expect(dialog.fields.first).to_be_visible()
    dialog.fields.nth(0).fill("127.0.0.1")
    dialog.fields.nth(1).fill(str(world.site.meter.port))
    dialog.step("config.step.meter_modbus")
    dialog.submit()
    dialog.step("config.step.meter_confirm")
    dialog.choose("config.step.meter_confirm", "meter_model")
    dialog.step("config.step.meter_model")
    dialog.submit()
    dialog.choose("config.step.meter_confirm", "meter_limits")
    dialog.step("config.step.meter_limits")
    dialog.close()

    # A charger, a feeder, and what is changed later
    page.goto(f"{world.url}/config/integrations/integration/{DOMAIN}")

    def press(path: str) -> None:
        page.get_by_role("button", name=dialog.words(path), exact=True).first.click()

    charger = "config_subentries.charger"
    press(f"{charger}.initiate_flow.user")
    dialog.step(f"{charger}.step.user")
    dialog.choose(f"{charger}.step.user", "charger_id")
    dialog.step(f"{charger}.step.charger_id")
    dialog.fields.first.fill("LATER-1")
    dialog.submit()
    dialog.step(f"{charger}.step.charger")
    dialog.close()
    for option in ("reconfigure", "check_alone"):
        press(f"{charger}.initiate_flow.reconfigure")
        dialog.step(f"{charger}.step.change")
        dialog.choose(f"{charger}.step.change", option)
        dialog.step(f"{charger}.step.{option}")
        dialog.close()
    press("config_subentries.feeder.initiate_flow.user")
    dialog.step("config_subentries.feeder.step.user")
    dialog.close()

    assert not found
