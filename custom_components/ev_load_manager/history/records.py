"""What a group writes down at every step, for those who ask later."""

from datetime import datetime
from typing import Any

from .. import clock
from ..balancing.decision import Decision
from ..balancing.readings import Readings
from ..balancing.site import Site
from ..config.feeders import Feeders
from ..config.live_settings import LiveSettings
from ..config.site_builder import GRID, feeder_circuit
from ..data_files.stored import Stored
from .other_load_peaks import OtherLoadPeaks
from .overload import OverloadWatch
from .recalculation_log import RecalculationLog
from .safe_limit_log import SafeLimitLog


class Records:
    """The books of one group."""

    def __init__(self) -> None:
        """Begin with empty ones."""
        self.recalculations = RecalculationLog()
        self.safe_limit_log = SafeLimitLog()
        self.overload = OverloadWatch()
        self.other_load_peaks = OtherLoadPeaks()
        """The building's."""
        self.feeder_load_peaks: dict[str, OtherLoadPeaks] = {}
        """By circuit, of feeders with a meter of their own."""

    def restore(self, stored: Stored, *, saved_at: datetime | None) -> None:
        """Go on with what `to_dict` wrote at `saved_at`."""
        self.safe_limit_log = SafeLimitLog(stored.sections("safe_limit_log"), stopped=saved_at)
        self.other_load_peaks = OtherLoadPeaks.read(stored.section("other_load_peaks"))
        self.feeder_load_peaks = {
            circuit: OtherLoadPeaks.read(days)
            for circuit, days in stored.named("feeder_load_peaks").items()
        }

    def to_dict(self, feeders: Feeders) -> dict[str, Any]:
        """What of them must survive: plain JSON data; `feeders` are all there are."""
        circuits = set(map(feeder_circuit, feeders))
        return {
            "safe_limit_log": self.safe_limit_log.to_list(),
            "other_load_peaks": self.other_load_peaks.to_dict(),
            "feeder_load_peaks": {
                circuit: peaks.to_dict()
                for circuit, peaks in self.feeder_load_peaks.items()
                if circuit in circuits
            },
        }

    def note(
        self,
        decision: Decision,
        readings: Readings,
        site: Site,
        *,
        settings: LiveSettings,
        feeders: Feeders,
        trigger: str,
    ) -> bool:
        """Take down a step; whether a safe limit began or ended, which can't wait to be stored."""
        now = clock.now()
        self.recalculations.note(decision, readings, settings, trigger=trigger, now=now)
        self.overload.update(site, readings, decision.at)
        if decision.other_load is not None:
            self.other_load_peaks.note(decision.other_load, now.date())
        for circuit, stands in decision.circuits.items():
            if circuit != GRID and stands.other_load is not None:
                peaks = self.feeder_load_peaks.setdefault(circuit, OtherLoadPeaks())
                peaks.note(stands.other_load, now.date())
        return self._note_safe_limits(decision, site, settings, feeders, now)

    def _note_safe_limits(
        self,
        decision: Decision,
        site: Site,
        settings: LiveSettings,
        feeders: Feeders,
        now: datetime,
    ) -> bool:
        """Take down which safe limits are in force; whether any of that is new."""
        log = self.safe_limit_log
        news = [log.note(decision.safe_limit_cause(GRID), limit=settings.safe_limit, now=now)]
        for feeder_id, feeder in feeders.items():
            circuit = feeder_circuit(feeder_id)
            news.append(
                log.note(
                    decision.safe_limit_cause(circuit),
                    limit=settings.feeder_safe_limit.get(feeder_id, feeder.safe_limit),
                    now=now,
                    circuit=circuit,
                    feeder=feeder.name,
                )
            )
        news.append(log.end_others(site.circuits, now=now))
        return any(news)
