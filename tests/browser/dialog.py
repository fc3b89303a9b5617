"""A dialog of Home Assistant with steps of ours, gone through in the language of its reader.

The dialogs are Home Assistant's. Ours is what stands in them: texts, tables, labels, and how wide they get.
"""

from collections.abc import Callable
import json
from pathlib import Path
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect
import pytest

from custom_components.ev_load_manager.const import DOMAIN

from .accessibility import violations
from .world import World

TEXTS = Path(__file__).parents[2] / "custom_components" / DOMAIN / "translations"

NEW_GROUP = f"/config/integrations/dashboard/add?domain={DOMAIN}"
INTEGRATION = f"/config/integrations/integration/{DOMAIN}"

type Shot = Callable[[Page, str], None]

for_everybody = pytest.mark.parametrize(
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
"""Each language on a screen and on a phone, one of them dark."""

OUR_TEXTS = """(dialog) => {
  const ours = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.localName === "ha-markdown" && one.getBoundingClientRect().width) ours.push(one);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(dialog.shadowRoot);
  return ours;
}"""
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

    def __init__(self, page: Page, language: str, shot: Callable[[str], None]) -> None:
        """`shot` keeps a picture of every step, by its name."""
        self.page = page
        self._shot = shot
        self.found: list[object] = []
        """What cannot be read, or does not fit."""
        self.texts_seen = 0
        """How many of our texts were looked at."""
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
        """Wait for a step and its title, and look at it with all sections open."""
        # Words of its title may stand in the step before.
        self.page.wait_for_function(
            "([dialog, step]) => dialog?._step?.step_id === step",
            arg=[self.here.element_handle(), path.rpartition(".")[2]],
        )
        # What a title mentions is not known here.
        title = max(re.split(r"{\w+}", self.words(f"{path}.title")), key=len).strip()
        expect(self.here.get_by_text(title).first).to_be_visible()
        shown = self.here.locator("ha-form, ha-markdown, step-flow-menu, step-flow-progress")
        expect(shown.filter(visible=True).first).to_be_visible()
        self.open_sections()
        self._look(path.replace("config_subentries.", "").replace(".step", ""))

    def _look(self, name: str) -> None:
        self._shot(f"set-up-{name}")
        texts = self.here.evaluate_handle(OUR_TEXTS)
        if seen := texts.evaluate("texts => texts.length"):
            self.texts_seen += seen
            self.found.extend(
                (name, one["id"], node["html"][:200])
                for one in violations(self.page, texts)
                for node in one["nodes"]
            )
        self.found.extend((name, "too wide", wide) for wide in self.here.evaluate(TOO_WIDE))

    def begin_group(self, world: World) -> None:
        """Open the flow of a new group, and fill in its first step."""
        self.page.goto(f"{world.url}{NEW_GROUP}")
        self.page.locator("dialog-box ha-button").filter(visible=True).last.click()
        expect(self.fields.first).to_be_visible()
        for number, typed in ((0, "Hof"), (-2, "25"), (-1, "16")):
            self.fields.nth(number % self.fields.count()).fill(typed)

    def press(self, path: str) -> None:
        """Press the button that begins a flow."""
        self.page.get_by_role("button", name=self.words(path), exact=True).first.click()

    def pick(self, label: str, option: str) -> None:
        """Take one of what a field offers."""
        self.here.locator(f'ha-picker-field[aria-label="{label}"]').click()
        self.here.get_by_text(option, exact=True).last.click()

    def fill_modbus(self, world: World) -> None:
        """Say where the meter of this world is."""
        expect(self.fields.first).to_be_visible()
        self.fields.nth(0).fill("127.0.0.1")
        self.fields.nth(1).fill(str(world.site.meter.port))

    def open_sections(self) -> None:
        """Open what is closed at first, and leave what is open."""
        # Home Assistant loads what draws a section once a form has one.
        sections = self.here.locator("ha-form-expandable")
        panels = sections.locator("ha-expansion-panel")
        expect(panels).to_have_count(sections.count())
        for panel in panels.all():
            panel.evaluate("one => { one.expanded = true; }")

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
