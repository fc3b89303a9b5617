"""What is wrong with one backend costs others nothing."""

from types import SimpleNamespace
from typing import Any

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.csms.backends.relay import Cap
from custom_components.ev_load_manager.group.backends import Backends
from homeassistant.core import HomeAssistant


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
