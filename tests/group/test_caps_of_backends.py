"""What is wrong with one backend costs others nothing."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.backends import read_backends
from custom_components.ev_load_manager.csms.backends.relay import Cap
from custom_components.ev_load_manager.group.backends import Backends
from homeassistant.core import HomeAssistant
from tests.groups import add_backend, charger, group, set_up


class Relay:
    """Lets the first outlet have so much, or can't say."""

    def __init__(self, amperes: float) -> None:
        """It can at first."""
        self.amperes: float | None = amperes
        self.below = SimpleNamespace(outlets=[1])

    def cap(self, connector: int) -> Cap:
        """What it lets it have."""
        if self.amperes is None:
            raise OverflowError("date value out of range")
        return Cap(self.amperes, None)


async def test_a_cap_that_can_not_be_told_stays_and_others_go_on(hass: HomeAssistant) -> None:
    broken, other = Relay(10.0), Relay(16.0)
    access: Any = SimpleNamespace()
    backends = Backends(hass, "entry", access, wake=lambda: None)
    relays: Any = {"BROKEN": broken, "OTHER": other}
    backends._relays = relays
    backends.look()
    broken.amperes, other.amperes = None, 8.0
    backends.look()

    assert backends.caps == {ConnectorId("BROKEN", 1): 10.0, ConnectorId("OTHER", 1): 8.0}


async def test_watts_are_divided_by_the_phases_that_people_say_now(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    add_backend(hass, entry, "CP1", url="ws://127.0.0.1:1", identity="CP1")
    await hass.async_block_till_done()
    manager = entry.runtime_data
    (settings,) = manager.chargers.values()
    below = manager.backends._relays["CP1"].below
    told = []
    for wiring in (settings.wiring[:1], settings.wiring):
        changed = {"one": replace(settings, wiring=wiring)}
        await manager.backends.sync(read_backends(entry), changed)
        told.append(below.phases(1))

    assert told == [1, 3]
