"""Tells people when the safe limit lasts, because then somebody has to do something."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.helpers.update_coordinator import UpdateFailed

from .. import clock
from ..balancing.safe_limit import Cause
from ..config.site_builder import GRID, feeder_circuit, feeder_name
from ..const import DOMAIN
from ..errors import figure
from ..group.load_manager import EvLoadManagerConfigEntry
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_raise

LASTING: Final = 600.0
"""Seconds after which a silent meter is no passing fault."""

ISSUES: Final[Mapping[Cause, Repair]] = {
    Cause.STARTING: Repair.SAFE_LIMIT_NO_VALUES,
    Cause.SILENT: Repair.SAFE_LIMIT_NO_VALUES,
    Cause.FROZEN: Repair.SAFE_LIMIT_FROZEN,
    Cause.IMPLAUSIBLE: Repair.SAFE_LIMIT_IMPLAUSIBLE,
}
"""What to do depends on what is wrong."""


class SafeLimitIssues:
    """The repair issues of one group: one for each meter that is not to be believed."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = {GRID: SafeLimitIssue(hass, entry, GRID)}

    @callback
    def async_update(self) -> None:
        """Look at every meter."""
        circuits = {GRID, *map(feeder_circuit, self._entry.runtime_data.feeders)}
        for gone in self._issues.keys() - circuits:
            self._issues.pop(gone).async_delete()
        for circuit in circuits:
            if circuit not in self._issues:
                self._issues[circuit] = SafeLimitIssue(self._hass, self._entry, circuit)
            self._issues[circuit].async_update()

    @callback
    def async_delete(self) -> None:
        """There is nobody any more to say so."""
        for issue in self._issues.values():
            issue.async_delete()


class SafeLimitIssue:
    """The repair issue of one meter."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry, circuit: str) -> None:
        """Watch the meter of a circuit from now on; `async_update` looks."""
        self._hass = hass
        self._entry = entry
        self._circuit = circuit
        self._id = f"safe_limit_{entry.entry_id}"
        if circuit != GRID:
            self._id += f"_{circuit}"
        self._since: float | None = None
        self._told: Issue | None = None

    @callback
    def async_update(self) -> None:
        """Look how long it has lasted."""
        cause = self._entry.runtime_data.safe_limit_cause_at(self._circuit)
        if cause is None:
            self._since = None
            self.async_delete()
            return
        now = clock.monotonic()
        if self._since is None:
            self._since = now
        if now - self._since >= LASTING:
            self._tell(ISSUES[cause] if self._circuit == GRID else Repair.SAFE_LIMIT_FEEDER)

    @callback
    def async_delete(self) -> None:
        """There is nothing to be done, or nobody any more to say so."""
        if self._told is not None:
            self._told = None
            async_clear(self._hass, self._id)

    def _tell(self, key: Repair) -> None:
        placeholders = {
            "group": self._entry.title,
            "minutes": figure(LASTING / 60),
            "error": self._last_error(),
            "limit": figure(self._shared()),
        }
        if self._circuit != GRID:
            feeders = self._entry.runtime_data.feeders
            placeholders["feeder"] = feeder_name(feeders, self._circuit) or "-"
        issue = Issue(key=key, placeholders=placeholders)
        if self._told != issue:
            self._told = issue
            async_raise(self._hass, self._id, issue)

    def _shared(self) -> float:
        """The safe limit that is shared now, A per phase."""
        circuit = self._entry.runtime_data.circuits.get(self._circuit)
        return 0.0 if circuit is None else circuit.safe_limit

    def _last_error(self) -> str:
        """What the meter's last reading said, in the language of the house."""
        meter = self._entry.runtime_data.meters.get(self._circuit)
        if meter is None or meter.last_update_success:
            return "-"
        error = meter.last_exception
        if isinstance(error, UpdateFailed):
            key = f"component.{DOMAIN}.exceptions.{error.translation_key}.message"
            language = self._hass.config.language
            texts = async_get_cached_translations(self._hass, language, "exceptions", DOMAIN)
            with suppress(KeyError):
                return texts[key].format(**error.translation_placeholders or {}).rstrip(".")
        return str(error)
