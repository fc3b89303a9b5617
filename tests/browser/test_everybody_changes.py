"""Steps of set-up that few need, for everybody: own meters, passwords, and what is changed later."""

from playwright.sync_api import expect
import pytest

from custom_components.ev_load_manager.csms.transport.certificates import Certificate
from custom_components.ev_load_manager.group.access import Access

from .conftest import Open
from .dialog import INTEGRATION, Dialog, Shot, for_everybody
from .world import World

expect.set_options(timeout=30_000)

LATER = "LATER-1"
CURRENTS = (6, 8, 10)
"""Where the meter of this world keeps them."""


@pytest.fixture(autouse=True)
def certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A charger that waits shows a certificate which only people can know to be its own."""
    shown = Certificate(b"of its maker")

    def unconfirmed(_: Access, charger_id: str) -> Certificate | None:
        return shown if charger_id == LATER else None

    monkeypatch.setattr(Access, "unconfirmed_certificate", unconfirmed)


@for_everybody
def test_steps_that_few_need_can_be_read_and_fit(
    world: World, open_page: Open, screenshot: Shot, language: str, width: int, dark: bool
) -> None:
    page = open_page(INTEGRATION, width=width, dark=dark, language=language)
    kind = f"{language}-{'dark' if dark else 'light'}-{width}"
    dialog = Dialog(page, language, lambda name: screenshot(page, f"{name}-{kind}"))
    another = dialog.words("selector.meter_choice.options.new")
    charger, feeder = "config_subentries.charger", "config_subentries.feeder"

    def look_at_a_meter(flow: str) -> None:
        """Every step of a meter of its own, but what comes after it."""
        step = f"{flow}.step"
        dialog.step(f"{step}.meter")
        dialog.choose(f"{step}.meter", "meter_modbus")
        dialog.fill_modbus(world)
        dialog.step(f"{step}.meter_modbus")
        dialog.submit()
        dialog.step(f"{step}.meter_confirm")
        dialog.choose(f"{step}.meter_confirm", "meter_model")
        dialog.step(f"{step}.meter_model")
        look_at_registers(flow)
        dialog.choose(f"{step}.meter_confirm", "meter")
        dialog.choose(f"{step}.meter", "meter_device")
        dialog.step(f"{step}.meter_device")
        dialog.submit()
        dialog.step(f"{step}.meter_sensors")
        dialog.close()

    def look_at_registers(flow: str) -> None:
        """What a meter is that is in no list, typed as its maker's papers have it."""
        dialog.pick(
            dialog.words(f"{flow}.step.meter_model.data.model"),
            dialog.words("selector.meter_model.options.custom"),
        )
        dialog.submit()
        dialog.step(f"{flow}.step.meter_custom")
        dialog.pick(
            dialog.words(f"{flow}.step.meter_custom.data.function"),
            dialog.words("selector.meter_function.options.4"),
        )
        for number, address in enumerate(CURRENTS):
            dialog.fields.nth(number).fill(str(address))
        dialog.submit()

    # A meter that is in no list
    dialog.begin_group(world)
    dialog.submit()
    dialog.choose("config.step.meter", "meter_modbus")
    dialog.fill_modbus(world)
    dialog.submit()
    dialog.choose("config.step.meter_confirm", "meter_model")
    look_at_registers("config")
    dialog.step("config.step.meter_confirm")
    dialog.close()

    # A charger with all that it may have
    page.goto(f"{world.url}{INTEGRATION}")

    def begin_charger() -> None:
        dialog.press(f"{charger}.initiate_flow.user")
        dialog.choose(f"{charger}.step.user", "charger_id")
        dialog.fields.first.fill(LATER)
        dialog.submit()
        dialog.step(f"{charger}.step.charger")

    begin_charger()
    dialog.pick(dialog.words(f"{charger}.step.charger.sections.rare.data.meter_choice"), another)
    dialog.submit()
    dialog.step(f"{charger}.step.certificate")
    dialog.submit()
    look_at_a_meter(charger)
    begin_charger()
    dialog.here.get_by_text(dialog.words("selector.password_choice.options.new")).click()
    dialog.submit()
    dialog.submit()
    dialog.step(f"{charger}.step.password")
    dialog.close()

    # A feeder with a meter
    def begin_feeder() -> None:
        dialog.press(f"{feeder}.initiate_flow.user")
        expect(dialog.fields.first).to_be_visible()
        for number, typed in enumerate(("Halle", "16", "16")):
            dialog.fields.nth(number).fill(typed)
        dialog.pick(dialog.words(f"{feeder}.step.user.data.meter_choice"), another)
        dialog.submit()

    begin_feeder()
    look_at_a_meter(feeder)
    begin_feeder()
    dialog.choose(f"{feeder}.step.meter", "meter_modbus")
    dialog.fill_modbus(world)
    dialog.submit()
    dialog.choose(f"{feeder}.step.meter_confirm", "meter_limits")
    dialog.step(f"{feeder}.step.meter_limits")
    dialog.close()

    # What is changed later
    def reconfigure(option: str) -> None:
        row.locator("ha-row-item ha-dropdown [slot=trigger]").first.click()
        row.locator("ha-dropdown-item[value=reconfigure]").first.click()
        dialog.step("config.step.reconfigure")
        dialog.choose("config.step.reconfigure", option)
        dialog.step(f"config.step.{option}")

    row = page.locator("ha-config-entry-row").first
    for option in ("group", "meter", "safe_limit", "power"):
        reconfigure(option)
        dialog.close()
    row.locator("ha-row-item > ha-icon-button:not(.expand-button)").first.click()
    dialog.step("options.step.init")
    dialog.close()

    assert dialog.texts_seen
    assert not dialog.found
