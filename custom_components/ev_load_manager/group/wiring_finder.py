"""Finds how a charger is wired, when somebody asks: by moving its limit, beside the meter.

What is found is proposed as a repair, and nothing is changed before a person
has confirmed it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..balancing.decision import Decision, Mode, Reason
from ..balancing.phases import Phase, Wiring
from ..balancing.readings import ConnectorReading, Readings, Status
from ..balancing.reserve import DRAWING
from ..balancing.site import ConnectorId, Site
from ..balancing.wiring_hint import WiringHints
from ..balancing.wiring_search import LEAST_CHANGE, Finding, Outcome, WiringSearch, propose
from ..config.settings import WIRINGS, ChargerSettings
from ..config.site_builder import GRID
from ..const import CONF_ENTRY_ID, CONF_FIND_WIRING, CONF_SUBENTRY_ID, CONF_WIRING, DOMAIN, LOGGER
from ..errors import SettingError, figure
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_issue_ids, async_raise, tag_of

_PROPOSALS: Final = (Repair.WIRING_FOUND, Repair.WIRING_PROPOSED)
"""What somebody confirms to change the settings."""
_RESULTS: Final = (*_PROPOSALS, Repair.WIRING_FITS, Repair.WIRING_NOT_FOUND)
_UNKNOWN: Final = "?"

type Terminals = Callable[[ConnectorId], frozenset[int] | None]
"""Which of its own terminals (from 0) a charger says are loaded; None: it does not tell."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A search that goes on."""

    search: WiringSearch
    charger: ChargerSettings
    by_itself: bool = False
    """Nobody pressed a button: the settings ask for it."""


class WiringFinder:
    """One search at a time for a group, and what came of it."""

    def __init__(self, hass: HomeAssistant, entry_id: str, terminals: Terminals) -> None:
        self._hass = hass
        self._entry_id = entry_id
        self._terminals = terminals
        self._running: _Running | None = None
        self._tried: dict[str, str | None] = {}
        """By charge point id: the session in which an unknown wiring was looked for last."""
        self._gave_up = False
        """Beginning by itself failed; the next start of the group tries again."""
        self.hints = WiringHints()
        """What cars show by themselves, without a search."""

    @property
    def charger_id(self) -> str | None:
        """The charger whose wiring is being looked for; None: nobody's."""
        return None if self._running is None else self._running.charger.charger_id

    def start(
        self,
        charger: ChargerSettings,
        site: Site,
        readings: Readings,
        decision: Decision | None,
        *,
        by_itself: bool = False,
    ) -> None:
        """Begin to look for the wiring of a charger; raises SettingError where that can't be.

        `by_itself`: nobody asked for it now, so nobody is told if nothing comes of it.
        """
        meter, told = site.grid_meter, readings.meters.get(GRID)
        if meter is None:
            raise SettingError("wiring", "wiring_needs_meter")
        if (
            decision is None
            or told is None
            or decision.mode is Mode.SAFE_LIMIT
            or decision.at > told.at + meter.timeout
        ):
            raise SettingError("wiring", "wiring_needs_values")
        if self._running is not None:
            raise SettingError("wiring", "wiring_search_runs", charger=self._running.charger.name)
        charging = [
            id_
            for id_, reading in readings.connectors.items()
            if id_.charger == charger.charger_id
            and id_ in decision.connectors
            and decision.connectors[id_].active
            and _draws(reading)
        ]
        if not charging:
            raise SettingError("wiring", "wiring_needs_car", charger=charger.name)
        best = max(charging, key=lambda id_: decision.connectors[id_].limit)
        connector = site.connectors[best]
        needed = connector.minimum + LEAST_CHANGE
        if decision.connectors[best].limit < needed:
            raise SettingError(
                "wiring",
                "wiring_needs_current",
                charger=charger.name,
                needed=figure(needed),
                current=figure(decision.connectors[best].limit),
            )
        self._forget(charger.charger_id)
        self.hints.forget(charger.charger_id)
        self._running = _Running(
            WiringSearch(
                connector=connector,
                site=site,
                session=readings.connectors[best].session,
                started_at=decision.at,
                random=Random(),
            ),
            charger,
            by_itself,
        )
        self._tried[charger.charger_id] = readings.connectors[best].session

    def start_where_unknown(
        self,
        chargers: Iterable[ChargerSettings],
        site: Site,
        readings: Readings,
        decision: Decision,
    ) -> None:
        """Begin with a charger whose wiring nobody knows, once in each of its sessions.

        Whatever goes wrong, the step goes on: everybody's limit is told after this.
        """
        if self._running is not None or self._gave_up:
            return
        try:
            self._try_one(chargers, site, readings, decision)
        except Exception:  # noqa: BLE001 - nobody's limit may depend on it
            LOGGER.exception("No unknown wiring is looked for by itself any more")
            self._gave_up = True

    def _try_one(
        self,
        chargers: Iterable[ChargerSettings],
        site: Site,
        readings: Readings,
        decision: Decision,
    ) -> None:
        for charger in chargers:
            if charger.wiring_known or not self._is_worth_trying(charger.charger_id, readings):
                continue
            try:
                self.start(charger, site, readings, decision, by_itself=True)
            except SettingError:
                continue  # as soon as that can be
            return

    def _is_worth_trying(self, charger_id: str, readings: Readings) -> bool:
        """Whether a car charges there that has not shown the wiring, and nothing is proposed yet."""
        proposed = self._issue_id(Repair.WIRING_PROPOSED, charger_id)
        if ir.async_get(self._hass).async_get_issue(DOMAIN, proposed) is not None:
            return False
        sessions = {
            reading.session
            for id_, reading in readings.connectors.items()
            if id_.charger == charger_id and _draws(reading)
        }
        return bool(sessions - {self._tried.get(charger_id)})

    def applied(self, decision: Decision, site: Site, readings: Readings) -> Decision:
        """The same decision, with the limit of a search that goes on; never a higher one.

        Whatever goes wrong ends the search.
        """
        self._look_for_hints(decision, site, readings)
        running = self._running
        if running is None:
            return decision
        search = running.search
        try:
            search.look(site, readings, decision, now=decision.at)
            if search.finding is not None:
                self._running = None
                if search.id in site.connectors:
                    self._tell(running, search.finding)
        except Exception:  # noqa: BLE001 - nobody's limit may depend on it
            LOGGER.exception("The search for the wiring of %s ends", running.charger.name)
            self._running = None
            return decision
        decided = decision.connectors.get(search.id)
        if decided is None or search.cap is None:
            return decision
        capped = replace(
            decided, limit=min(decided.limit, search.cap), reason=Reason.FINDING_WIRING
        )
        return replace(decision, connectors={**decision.connectors, search.id: capped})

    def _look_for_hints(self, decision: Decision, site: Site, readings: Readings) -> None:
        """See what cars show by themselves; a fault there is nobody's but the hint's."""
        try:
            self.hints.look(site, readings, decision, now=decision.at)
        except Exception:  # noqa: BLE001 - nobody's limit may depend on it
            LOGGER.exception("What cars show of the wiring can't be seen; it begins anew")
            self.hints = WiringHints()

    def end(self) -> None:
        """Let the charger have its share again."""
        if self._running is not None:
            running, self._running = self._running, None
            running.search.end()
            LOGGER.info("The search for the wiring of %s has ended early", running.charger.name)

    @callback
    def forget_changed(self, chargers: Mapping[str, ChargerSettings]) -> None:
        """Take back proposals for chargers (by subentry) that are gone or wired otherwise now."""
        registry = ir.async_get(self._hass)
        here = {tag_of(charger.charger_id) for charger in chargers.values()}
        for key in _RESULTS:
            mine = f"{key}_{self._entry_id}_"
            for issue_id in async_issue_ids(self._hass):
                if issue_id.startswith(mine) and issue_id.removeprefix(mine) not in here:
                    async_clear(self._hass, issue_id)
        for (domain, issue_id), issue in list(registry.issues.items()):
            data = issue.data or {}
            if domain != DOMAIN or data.get(CONF_ENTRY_ID) != self._entry_id:
                continue
            if not issue_id.startswith(tuple(f"{key}_" for key in _PROPOSALS)):
                continue
            charger = chargers.get(str(data.get(CONF_SUBENTRY_ID)))
            if charger is None or _set_to(charger) != data.get("before"):
                async_clear(self._hass, issue_id)

    def _forget(self, charger_id: str) -> None:
        for key in _RESULTS:
            async_clear(self._hass, self._issue_id(key, charger_id))

    def _issue_id(self, key: Repair, charger_id: str) -> str:
        return f"{key}_{self._entry_id}_{tag_of(charger_id)}"

    def _tell(self, running: _Running, finding: Finding) -> None:
        """Say what came of it."""
        charger, search = running.charger, running.search
        proposal = None
        if finding.outcome is Outcome.FOUND:
            proposal = propose(charger.wiring, finding.phases, self._terminals(search.id))
            if proposal is not None and not charger.wiring_known and not proposal.proven:
                proposal = None  # a car on all phases shows nothing of their order
        LOGGER.info(
            "The wiring of %s: %s after %s steps, %s followed",
            charger.name,
            finding.outcome.value,
            finding.steps,
            ", ".join(sorted(phase.name for phase in finding.phases)) or "nothing",
        )
        placeholders = {
            "charger": charger.name,
            "steps": str(finding.steps),
            "followed": ", ".join(sorted(phase.name for phase in finding.phases)) or "-",
            "shown": ", ".join(
                f"{phase.name} {figure(finding.shown[phase], 1, all_decimals=True)} A"
                for phase in Phase
            ),
        }
        data: dict[str, str | int | float | None] | None = None
        if proposal is None:
            if running.by_itself:
                return
            key = Repair.WIRING_NOT_FOUND
        elif proposal.fits and charger.wiring_known:
            key = Repair.WIRING_FITS
            placeholders["wiring"] = described(proposal.wiring, proposal.proven)
        else:
            key = Repair.WIRING_FOUND if charger.wiring_known else Repair.WIRING_PROPOSED
            placeholders |= {
                "wiring": described(proposal.wiring, proposal.proven),
                "before": described(charger.wiring, frozenset()),
            }
            data = {
                CONF_ENTRY_ID: self._entry_id,
                CONF_SUBENTRY_ID: charger.subentry_id,
                CONF_WIRING: name_of(proposal.wiring),
                "before": _set_to(charger),
            }
        async_raise(
            self._hass,
            self._issue_id(key, charger.charger_id),
            Issue(key=key, placeholders=placeholders, data=data),
        )


def _draws(reading: ConnectorReading) -> bool:
    """Whether a car charges there, as far as anybody knows."""
    if reading.session is None or reading.status is not Status.CHARGING:
        return False
    return reading.sample is None or reading.sample.highest > DRAWING


def name_of(wiring: Wiring) -> str:
    """What the flow calls a wiring."""
    return next(name for name, known in WIRINGS.items() if known == wiring)


def _set_to(charger: ChargerSettings) -> str:
    """What the settings say of a charger's wiring."""
    return name_of(charger.wiring) if charger.wiring_known else _UNKNOWN


def described(wiring: Wiring, proven: frozenset[int]) -> str:
    """A wiring in all languages: the charger's phase, the grid's, and whether it was seen."""
    return "\n".join(
        f"- L{terminal + 1} → {phase.name}{' ✓' if terminal in proven else ''}"
        for terminal, phase in enumerate(wiring)
    )


async def async_apply(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Change a charger's wiring as was proposed; nothing if it has changed since."""
    entry = hass.config_entries.async_get_entry(str(data.get(CONF_ENTRY_ID)))
    subentry = None if entry is None else entry.subentries.get(str(data.get(CONF_SUBENTRY_ID)))
    wiring = data.get(CONF_WIRING)
    if entry is None or subentry is None or wiring not in WIRINGS:
        return
    known = {key: value for key, value in subentry.data.items() if key != CONF_FIND_WIRING}
    is_unknown = bool(subentry.data.get(CONF_FIND_WIRING))
    before = _UNKNOWN if is_unknown else known.get(CONF_WIRING, next(iter(WIRINGS)))
    if before != data.get("before"):
        return
    hass.config_entries.async_update_subentry(entry, subentry, data={**known, CONF_WIRING: wiring})
