"""Tells people what a group can't keep safe by itself: its sums, and its wiring."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .. import clock
from ..balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from ..balancing.site import Connector, ConnectorId, Site
from ..config.site_builder import GRID, GROUP, charger_circuit, feeder_name, sure_current
from ..const import CONF_ENTRY_ID, DOMAIN
from ..csms.limits.fail_safe import FailSafe, FailSafeReport
from ..errors import figure
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from ..issues.table import Repair
from ..issues.tracker import Issue, IssueTracker, tag_of
from .peaks import peak_issues

LASTING: Final = 300.0
"""Seconds in which a charger that has just connected shows what it does alone."""

NEW: Final = timedelta(days=1)
"""Nobody is told in that time what a charger that was just added has not proven yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A circuit that chargers on their own may load with more than is sure to be free."""

    circuit: str
    phase: Phase
    current: float
    """All of them together, A."""
    bound: float
    """What is sure to be free, A."""


def current_alone(connector: Connector, report: FailSafeReport, *, is_new: bool) -> float:
    """What a connector may draw on each phase when Home Assistant stops, A.

    All that its hardware can, unless it is proven that the charger falls to less: some
    take a limit to fall to, and forget it with the link or when they restart. A new
    one (`is_new`) has had no occasion to prove anything: it counts with what it is told
    to fall to, unless it is known that it can't.
    """
    if report.state is FailSafe.PROVEN and connector.id.number in report.fallbacks:
        return report.fallbacks[connector.id.number]
    if is_new and report.state is not FailSafe.NOT_POSSIBLE:
        return report.fallbacks.get(connector.id.number, connector.fallback)
    return connector.hardware_maximum


def largest_excess(
    site: Site, alone: Mapping[ConnectorId, float], budget: PhaseCurrents
) -> Excess | None:
    """Return where chargers on their own go most above what is sure to be free.

    `alone` is A per phase for every connector that may draw at all; one whose
    charger has a supply of its own can't draw more than that. `budget` is
    what is sure to be free for the group, A per phase.
    """
    sums = dict.fromkeys(site.circuits, NO_CURRENT)
    for connector_id, amperes in alone.items():
        connector = site.connectors[connector_id]
        current = PhaseCurrents.on(connector.wired_phases, amperes)
        own = charger_circuit(connector_id.charger)
        for circuit in site.path(connector.circuit):
            before = sums[circuit]
            sums[circuit] = before.plus(current)
            if circuit == own:
                # Twins share it: only what this one adds goes up from here.
                sums[circuit] = sums[circuit].lowest(site.circuits[own].rated)
                current = sums[circuit].minus(before)
    excesses = [
        Excess(circuit=circuit, phase=phase, current=current[phase], bound=bound[phase])
        for circuit, current in sums.items()
        for bound in [_bound(site, circuit, budget)]
        for phase in Phase
        if current[phase] > bound[phase] + 1e-6
    ]
    return max(excesses, key=lambda excess: excess.current - excess.bound, default=None)


def _bound(site: Site, circuit: str, budget: PhaseCurrents) -> PhaseCurrents:
    # Whatever people and automations allow at the moment, a fuse stays what it is.
    rated, meter = site.circuits[circuit].rated, site.circuits[circuit].meter
    if meter is not None:
        return meter.safe_limit.lowest(rated)
    return budget.lowest(rated) if circuit == GROUP else rated


def alone_issue(manager: LoadManager, *, group: str, new: Collection[str] = ()) -> Issue | None:
    """Where chargers that nobody leads any more could overload something.

    `new`: those that were added lately, by charge point id.
    """
    reports = {
        charger.charger_id: manager.access.control(charger.charger_id).fail_safe
        for charger in manager.chargers.values()
    }
    # Who was never met is somewhere else, and loads nothing here.
    alone = {
        connector_id: current_alone(
            connector, reports[connector_id.charger], is_new=connector_id.charger in new
        )
        for connector_id, connector in manager.site.connectors.items()
        if (reading := manager.readings.connectors.get(connector_id)) and reading.met
    }
    excess = largest_excess(manager.site, alone, sure_current(manager.site.circuits))
    if excess is None:
        return None
    met = {connector_id.charger for connector_id in alone}
    names = sorted(
        charger.name
        for charger in manager.chargers.values()
        if charger.charger_id in met and reports[charger.charger_id].state is not FailSafe.PROVEN
    )
    return Issue(
        key=Repair.ALONE_TOO_MUCH,
        placeholders={
            "group": group,
            "where": feeder_name(manager.feeders, excess.circuit) or group,
            "phase": excess.phase.name,
            "current": figure(excess.current, 0),
            "limit": figure(excess.bound, 0),
            "names": ", ".join(names) or "-",
        },
    )


def wiring_issue(phases: Collection[Phase], *, group: str, entry_id: str) -> Issue | None:
    """Which phases are loaded by somebody who should not, by the settings."""
    if not phases:
        return None
    return Issue(
        key=Repair.WIRING_DOUBT,
        placeholders={"group": group, "phases": ", ".join(sorted(p.name for p in phases))},
        data={CONF_ENTRY_ID: entry_id},
    )


def wiring_hints(manager: LoadManager, *, group: str) -> Iterator[tuple[str, Issue]]:
    """Chargers whose cars showed on other phases than their settings say: tag, and what to say."""
    for charger in manager.chargers.values():
        hint = manager.wiring_finder.hints.found.get(charger.charger_id)
        if hint is None:
            continue
        yield (
            tag_of(charger.charger_id),
            Issue(
                key=Repair.WIRING_HINT,
                placeholders={
                    "charger": charger.name,
                    "group": group,
                    "seen": ", ".join(sorted(phase.name for phase in hint.seen)),
                    "expected": ", ".join(sorted(phase.name for phase in hint.expected)),
                },
            ),
        )


def safe_limit_issues(manager: LoadManager, *, group: str) -> Iterator[tuple[str, Issue]]:
    """Where a building has drawn so much that the safe limit would not have been free.

    The circuit, and what to say of it. What counts at a feeder is its fuse: temporary
    limits come and go.
    """
    site = manager.site
    for circuit, noted in manager.records.other_load_peaks.items():
        peaks, here = noted.highest(clock.now().date()), site.circuits.get(circuit)
        if peaks is None or here is None or here.meter is None:
            continue
        safe = here.meter.safe_limit
        key, limit = Repair.SAFE_LIMIT_FEEDER_TOO_HIGH, here.rated
        if circuit == GRID:
            key, limit = Repair.SAFE_LIMIT_TOO_HIGH, here.capacity
        feeder = feeder_name(manager.feeders, circuit)
        names = {"group": group} | ({} if circuit == GRID else {"feeder": feeder or "-"})
        if (issue := _too_high(key, peaks, safe, limit, names)) is not None:
            yield "" if circuit == GRID else circuit, issue


def _too_high(
    key: Repair,
    peaks: PhaseCurrents,
    safe: PhaseCurrents,
    limit: PhaseCurrents,
    names: Mapping[str, str],
) -> Issue | None:
    """What to say where the chargers' safe limit did not fit beside the peaks; all A per phase."""
    phase = max(Phase, key=lambda phase: peaks[phase] + safe[phase] - limit[phase])
    if safe[phase] <= 0.0 or peaks[phase] + safe[phase] <= limit[phase] + 1e-6:
        return None
    return Issue(
        key=key,
        placeholders={
            **names,
            "phase": phase.name,
            "load": figure(peaks[phase], 0),
            "safe_limit": figure(safe[phase]),
            "limit": figure(limit[phase]),
            "free": figure(max(0.0, limit[phase] - peaks[phase]), 0),
        },
    )


class GroupIssues:
    """The repair issues of one group as a whole."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = IssueTracker(hass)
        self._too_much_since: float | None = None

    @callback
    def async_update(self) -> None:
        """Look at the group."""
        if self._issues.is_time():
            self._issues.async_tell(
                {f"{issue.key}_{self._entry.entry_id}{of}": issue for of, issue in self._found()}
            )

    @callback
    def async_delete(self) -> None:
        """The group ends, and what is wrong with it."""
        self._issues.async_tell({})

    def _found(self) -> Iterator[tuple[str, Issue]]:
        """What is wrong, and what else its id needs."""
        manager, group = self._entry.runtime_data, self._entry.title
        wiring = wiring_issue(manager.doubtful_phases, group=group, entry_id=self._entry.entry_id)
        if wiring is not None:
            yield "", wiring
        for tag, issue in wiring_hints(manager, group=group):
            yield f"_{tag}", issue
        for issue in peak_issues(manager, group=group):
            yield "", issue
        for circuit, issue in safe_limit_issues(manager, group=group):
            yield f"_{circuit}" if circuit else "", issue
        alone = alone_issue(manager, group=group, new=self._new())
        if alone is None:
            self._too_much_since = None
            return
        now = clock.monotonic()
        if self._too_much_since is None:
            self._too_much_since = now
        if now - self._too_much_since >= LASTING:
            yield "", alone

    def _new(self) -> set[str]:
        """The chargers that were added within the last day, by charge point id."""
        registry, since = dr.async_get(self._hass), clock.now() - NEW
        new = set()
        for charger in self._entry.runtime_data.chargers.values():
            device = registry.async_get_device_by_identifier(
                (DOMAIN, charger.subentry_id), self._entry.entry_id
            )
            if device is not None and device.created_at > since:
                new.add(charger.charger_id)
        return new
