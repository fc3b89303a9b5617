"""Somebody has a P1 reader in Home Assistant, picks it, and finds its sensors filled in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect
import pytest

from custom_components.ev_load_manager.flows import listening
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_time_interval

from .conftest import Open
from .test_first_hour import field, submit
from .world import World

expect.set_options(timeout=30_000)

type Shot = Callable[[Page, str], None]

KINDS = {"current": ("A", "4.2"), "power": ("W", "950")}


def p1_reader(world: World) -> None:
    """A device with currents and powers of three phases, and with sums of them; it tells them each second."""
    hass = world.home.hass
    owner = hass.config_entries.async_entries()[0]
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("test", "p1")}, name="P1 meter"
    )
    names = [
        *((kind, f"{kind.capitalize()} phase {phase}") for kind in KINDS for phase in (1, 2, 3)),
        ("power", "Power"),
    ]
    told = {}
    for kind, name in names:
        unit, state = KINDS[kind]
        sensor = er.async_get(hass).async_get_or_create(
            "sensor",
            "test",
            name,
            config_entry=owner,
            device_id=device.id,
            has_entity_name=True,
            original_name=name,
            original_device_class=kind,  # type: ignore[arg-type]
            suggested_object_id=f"p1_meter_{name}",
            unit_of_measurement=unit,
        )
        attributes = {"unit_of_measurement": unit, "device_class": kind}
        told[sensor.entity_id] = state, attributes

    @callback
    def tell(_: datetime | None = None) -> None:
        for entity_id, (state, attributes) in told.items():
            hass.states.async_set(entity_id, state, attributes)

    tell()
    # The site's time is fast: a reader that had told once would be silent before somebody has read a step.
    async_track_time_interval(hass, tell, timedelta(seconds=1), cancel_on_shutdown=True)


def test_the_sensors_of_a_device_are_found_and_read(
    empty_world: World, open_page: Open, screenshot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = empty_world
    monkeypatch.setattr(listening, "DEFAULT_PORT", world.home.ocpp_port)
    world.do(lambda: p1_reader(world))
    page = open_page("/config/integrations/dashboard/add?domain=ev_load_manager")
    page.get_by_role("button", name="OK").click()
    field(page, "Name").fill("Yard")
    field(page, "Rated current of the fuse").fill("25")
    field(page, "Limit for all chargers").fill("16")
    submit(page)

    page.get_by_text("P1, HomeWizard").click()
    expect(page.get_by_text("Which device?")).to_be_visible()
    page.locator("ha-device-picker").click()
    page.get_by_text("P1 meter").last.click()
    screenshot(page, "device-1-pick")
    submit(page)
    expect(page.get_by_text("Which sensors?")).to_be_visible()
    for phase in (1, 2, 3):
        expect(page.get_by_text(f"Current phase {phase}").first).to_be_visible()
    screenshot(page, "device-2-sensors")
    submit(page)
    expect(page.get_by_text("Is this right?")).to_be_visible()
    expect(page.get_by_role("cell", name="4.20")).to_have_count(3)
    expect(page.get_by_role("cell", name="950")).to_have_count(3)
    screenshot(page, "device-3-read")

    page.get_by_text("No: other sensors").click()
    expect(page.get_by_text("Current phase 3").first).to_be_visible()
    submit(page)
    page.get_by_text("Yes, go on").click()
    # Nobody has known these sensors for long: nothing is proposed.
    expect(page.get_by_text("has recorded that load.")).to_be_visible()
    expect(field(page, "Safe limit")).to_have_value("")
    screenshot(page, "device-4-limits")
