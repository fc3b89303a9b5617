"""Somebody sets up a tariff for the first time, in the dialogs of Home Assistant."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, expect
import pytest

from custom_components.ev_load_manager.peaks.keeper import Rule

from .conftest import Open
from .dialog import INTEGRATION, Dialog
from .test_page import Shot
from .world import World

expect.set_options(timeout=30_000)

POWER = "config.step.power"
WINDOW = f"{POWER}.sections.window_section.data"


def labelled(here: Locator, label: str) -> Locator:
    """The field of a form with a label, once Home Assistant has translated it."""
    fields = here.locator("ha-selector").filter(visible=True)
    expect(fields.first).to_be_visible()
    found: list[str] = []
    for _ in range(300):
        found = [str(one.evaluate("one => one.label ?? ''")).rstrip("*") for one in fields.all()]
        if label in found:
            return fields.nth(found.index(label))
        here.page.wait_for_timeout(100)
    raise AssertionError(f"{label} is none of {found}")


class Power(Dialog):
    """The steps about power."""

    def begin(self) -> None:
        """Open the first one, with its section of windows."""
        row = self.page.locator("ha-config-entry-row").first
        row.locator("ha-row-item ha-dropdown [slot=trigger]").first.click()
        row.locator("ha-dropdown-item[value=reconfigure]").first.click()
        self.step("config.step.reconfigure")
        self.choose("config.step.reconfigure", "power")
        expect(self.fields.first).to_be_visible()
        self.open_sections()
        self.step(POWER)

    def done(self) -> None:
        """See that it was stored, and close that."""
        expect(self.here.locator("step-flow-abort")).to_be_visible()
        self.here.locator("step-flow-abort ha-button, ha-dialog-footer ha-button").filter(
            visible=True
        ).last.click()
        expect(self.here.locator("step-flow-abort")).to_have_count(0)

    def option(self, label: str, selector: str, option: str) -> None:
        """Take one of what a field offers, by its keys."""
        self.pick(self.words(label), self.words(f"selector.{selector}.options.{option}"))

    def type_into(self, label: str, value: str) -> None:
        """Fill in a field by its label."""
        labelled(self.here, self.words(label)).locator("input").first.fill(value)

    def add_row(self, field: str, fields: str, row: Mapping[str, str]) -> None:
        """Add a row to a list: it opens a form of its own."""
        list_of = labelled(self.here, self.words(field))
        list_of.locator("ha-button").filter(visible=True).last.click()
        form = self.page.locator("dialog-form").locator("ha-form").filter(visible=True).first
        expect(form).to_be_visible()
        for key, value in row.items():
            label = self.words(f"selector.{fields}.fields.{key}.name")
            labelled(form, label).locator("input").first.fill(value)
        self._look(f"row-{fields}-{next(iter(row))}")
        self.page.locator("dialog-form ha-button[slot=primaryAction]").click()
        expect(self.page.locator("dialog-form ha-form")).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("de", 360), ("fi", 1280)])
def test_somebody_enters_a_tariff_a_calendar_and_picks_one(
    world: World, open_page: Open, screenshot: Shot, language: str, width: int
) -> None:
    page = open_page(INTEGRATION, width=width, height=1000, language=language)
    dialog = Power(page, language, lambda name: screenshot(page, f"{name}-{language}-{width}"))
    entry = world.home.hass.config_entries.async_get_known_entry(world.group.entry_id)

    def stored() -> Any:
        return entry.data["power"]

    # A tariff of the list
    dialog.begin()
    dialog.option(f"{WINDOW}.window", "window", "tariff")
    dialog.submit()
    expect(dialog.here.get_by_text(dialog.words("config.error.peak_limit_missing"))).to_be_visible()
    dialog.open_sections()
    dialog.type_into(f"{WINDOW}.peak_limit", "9")
    dialog.pick(dialog.words(f"{WINDOW}.tariff"), "BE: Flanders, capaciteitstarief")
    dialog.submit()
    dialog.done()
    assert stored()["tariff"] == "be-flanders"

    # A calendar
    dialog.begin()
    dialog.option(f"{WINDOW}.window", "window", "calendar")
    dialog.submit()
    dialog.step("config.step.power_calendar")
    field = "config.step.power_calendar.data.calendar"
    dialog.add_row(field, "own_hours", {"hours": "6-22", "limit": "5"})
    dialog.step("config.step.power_calendar")
    dialog.submit()
    dialog.step("config.step.power_calendar_check")
    dialog.choose("config.step.power_calendar_check", "power_calendar_keep")
    dialog.done()
    assert stored()["calendar"] == [{"hours": "6-22", "limit": 5}]
    assert world.manager.power.peaks.settings.rule is Rule.CALENDAR

    # A tariff of one's own
    dialog.begin()
    dialog.option(f"{WINDOW}.window", "window", "own_tariff")
    dialog.submit()
    dialog.step("config.step.power_tariff")
    dialog.option(
        "config.step.power_tariff.data.price_kind", "tariff_price_kind", "steps_per_month"
    )
    field = "config.step.power_tariff.data.steps"
    dialog.add_row(field, "own_steps", {"from_kw": "0", "price": "150"})
    dialog.step("config.step.power_tariff")
    dialog.submit()
    dialog.done()
    assert [one["price"] for one in stored()["own_tariff"]["steps"]] == [150]
    assert world.manager.power.peaks.settings.rule is Rule.TARIFF

    # Agreed power of a tariff with blocks, and back to nothing
    dialog.begin()
    dialog.option(f"{WINDOW}.window", "window", "tariff")
    dialog.pick(dialog.words(f"{WINDOW}.tariff"), "SI: Slovenia, five blocks")
    dialog.submit()
    dialog.step("config.step.power_blocks")
    dialog.close()
    dialog.begin()
    dialog.option(f"{WINDOW}.window", "window", "none")
    dialog.submit()
    dialog.done()
    assert not stored()
    assert dialog.texts_seen
    assert not dialog.found
