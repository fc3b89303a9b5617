"""What a group writes down at every step, for those who ask later."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from .. import clock
from ..balancing.decision import Decision
from ..balancing.readings import Readings
from ..balancing.site import Site
from ..config.live_settings import LiveSettings
from ..config.site_builder import GRID, Circuits
from ..data_files.stored import Stored
from .charged_energy import ChargedEnergy
from .happenings import Happenings
from .other_load_peaks import OtherLoadPeaks
from .overload import OverloadWatch
from .recalculation_log import RecalculationLog
from .safe_limit_log import SafeLimitLog
from .situations import Situations


class Records:
    """The books of one group."""

    def __init__(self) -> None:
        self.recalculations = RecalculationLog()
        self.happenings = Happenings()
        self.safe_limit_log = SafeLimitLog()
        self.overload = OverloadWatch()
        self.situations = Situations()
        self.charged = ChargedEnergy()
        self.other_load_peaks: dict[str, OtherLoadPeaks] = {}
        """The buildings', by the circuits that have a meter."""

    def restore(self, stored: Stored, *, saved_at: datetime | None) -> None:
        """Go on with what `to_dict` wrote at `saved_at`."""
        self.safe_limit_log = SafeLimitLog(stored.sections("safe_limit_log"), stopped=saved_at)
        self.situations = Situations(stored.sections("situations", may_miss=True))
        self.charged = ChargedEnergy.read(stored.section("charged_energy", may_miss=True))
        days = {GRID: stored.section("other_load_peaks"), **stored.named("feeder_load_peaks")}
        self.other_load_peaks = {
            circuit: OtherLoadPeaks.read(noted) for circuit, noted in days.items()
        }

    def to_dict(self, circuits: Container[str]) -> dict[str, Any]:
        """What of them must survive: plain JSON data; `circuits` are all there are."""
        noted = {
            circuit: peaks.to_dict()
            for circuit, peaks in self.other_load_peaks.items()
            if circuit in circuits
        }
        return {
            "safe_limit_log": self.safe_limit_log.to_list(),
            "situations": self.situations.to_list(),
            # The grid connection's was the only one at first.
            "other_load_peaks": noted.pop(GRID, {}),
            "feeder_load_peaks": noted,
        }

    def note(
        self,
        decision: Decision,
        readings: Readings,
        site: Site,
        *,
        settings: LiveSettings,
        circuits: Circuits,
        trigger: str,
    ) -> bool:
        """Take down a step; whether a safe limit began or ended, which can't wait to be stored."""
        now = clock.now()
        self.recalculations.note(decision, readings, settings, trigger=trigger, now=now)
        self.happenings.note(decision, readings, site, settings, now=now)
        self.overload.update(site, readings, decision.at)
        self.situations.update(decision, readings, self.overload.overloaded, site.circuits, now)
        for circuit, stands in decision.circuits.items():
            if stands.other_load is not None:
                peaks = self.other_load_peaks.setdefault(circuit, OtherLoadPeaks())
                peaks.note(stands.other_load, now.date())
        log = self.safe_limit_log
        news = [
            log.note(
                decision.safe_limit_cause(circuit.id),
                limit=circuit.safe_limit,
                now=now,
                circuit=circuit.id,
                feeder=circuit.feeder,
            )
            for circuit in circuits.values()
        ]
        news.append(log.end_others(site.circuits, now=now))
        return any(news)
