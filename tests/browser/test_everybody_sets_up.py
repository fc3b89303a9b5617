"""Set-up for everybody: every step of it, on a screen and on a phone, light and dark, by language."""

from playwright.sync_api import expect

from .conftest import Open
from .dialog import INTEGRATION, NEW_GROUP, Dialog, Shot, for_everybody
from .world import World

expect.set_options(timeout=30_000)


@for_everybody
def test_every_step_can_be_read_and_fits(
    world: World, open_page: Open, screenshot: Shot, language: str, width: int, dark: bool
) -> None:
    page = open_page(NEW_GROUP, width=width, dark=dark, language=language)
    kind = f"{language}-{'dark' if dark else 'light'}-{width}"
    dialog = Dialog(page, language, lambda name: screenshot(page, f"{name}-{kind}"))

    # A group with sensors
    dialog.begin_group(world)
    dialog.step("config.step.user")
    dialog.submit()
    dialog.step("config.step.meter")
    dialog.choose("config.step.meter", "meter_device")
    dialog.step("config.step.meter_device")
    dialog.submit()
    dialog.step("config.step.meter_sensors")
    dialog.close()

    # A group with a Modbus meter
    dialog.begin_group(world)
    dialog.submit()
    dialog.choose("config.step.meter", "meter_modbus")
    dialog.fill_modbus(world)
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
    page.goto(f"{world.url}{INTEGRATION}")
    charger = "config_subentries.charger"
    dialog.press(f"{charger}.initiate_flow.user")
    dialog.step(f"{charger}.step.user")
    dialog.choose(f"{charger}.step.user", "charger_id")
    dialog.step(f"{charger}.step.charger_id")
    dialog.fields.first.fill("LATER-1")
    dialog.submit()
    dialog.step(f"{charger}.step.charger")
    dialog.close()
    for option in ("reconfigure", "check_alone"):
        dialog.press(f"{charger}.initiate_flow.reconfigure")
        dialog.step(f"{charger}.step.change")
        dialog.choose(f"{charger}.step.change", option)
        dialog.step(f"{charger}.step.{option}")
        dialog.close()
    dialog.press("config_subentries.feeder.initiate_flow.user")
    dialog.step("config_subentries.feeder.step.user")
    dialog.close()

    assert dialog.texts_seen
    assert not dialog.found
