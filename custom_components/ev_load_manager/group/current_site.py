"""The site as a group's settings make it at present: its circuits, its feeders, and everyone's fallback."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry

from .. import clock
from ..balancing.fallback import SteadyFallbacks
from ..balancing.site import Site
from ..config.feeders import Feeders, read_feeders
from ..config.settings import GroupSettings
from ..config.site_builder import Circuits, build_site, live_circuits
from .chargers import Chargers
from .live_changes import LiveChanges
from .meters import Meters
from .power import Power


class CurrentSite:
    """Made when somebody asks for it, and made anew after something of it has changed."""

    def __init__(
        self,
        entry: ConfigEntry[Any],
        group: Callable[[], GroupSettings],
        *,
        live: LiveChanges,
        chargers: Chargers,
        meters: Meters,
        power: Power,
    ) -> None:
        """Nothing of it is made before somebody asks; `group` is what flows say now."""
        self._entry = entry
        self._group = group
        self._live = live
        self._chargers = chargers
        self._meters = meters
        self._power = power
        self._fallbacks = SteadyFallbacks()
        self._circuits: Circuits | None = None
        self.last_made: Site | None = None
        """The last that could be made, unless something of it has changed since."""
        self.feeders, self.mended_feeders = read_feeders(entry, {})

    def sync_feeders(self, before: Feeders) -> None:
        """Take over the tree of feeders; what can't be is as `before`."""
        self.feeders, self.mended_feeders = read_feeders(self._entry, before)
        self._live.fit(self._group(), self.feeders)
        self._circuits = None

    def forget(self) -> None:
        """Something has changed: chargers, meters, or what is allowed for a time."""
        self.last_made = None

    def forget_all(self) -> None:
        """Settings have changed, and with them what people limit."""
        self.last_made = self._circuits = None

    def is_outdated(self, now: float) -> bool:
        """Whether time alone (monotonic) has changed it: a fallback may rise."""
        return self._fallbacks.is_rising(now)

    @property
    def circuits(self) -> Circuits:
        """All that people limit, as they do now."""
        if self._circuits is None:
            self._circuits = live_circuits(self._group(), self._live.settings, self.feeders)
        return self._circuits

    @property
    def site(self) -> Site:
        """The site as the settings make it."""
        if self.last_made is None:
            self.last_made = self._fallbacks.applied(self._made(), clock.monotonic())
        return self.last_made

    def _made(self) -> Site:
        chargers = self._chargers
        return build_site(
            self._group(),
            self._live.settings,
            [(charger, chargers.connectors_of(charger)) for charger in chargers.values()],
            limited=self.circuits,
            temporary=self._live.temporary_limits.by_circuit(),
            step={charger_id: charger.step for charger_id, charger in chargers.led.items()},
            by_key={charger_id for charger_id, charger in chargers.led.items() if charger.by_key},
            meter_latency={circuit: meter.meter.latency for circuit, meter in self._meters.items()},
            power=self._power.limits(),
        )
