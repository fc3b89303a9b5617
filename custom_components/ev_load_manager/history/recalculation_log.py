"""The recent recalculations, with all that went in and came out (thesis 6.3.5, Figure 16).

A row a second for a day are 86,400 rows that differ in few numbers, so they
are kept as compressed pages of JSON: about 100 bytes a row instead of some
kilobytes. Nothing of it reaches the recorder.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import json
from typing import Any, Final
import zlib

from ..balancing.decision import Decision
from ..balancing.phases import PhaseCurrents
from ..balancing.readings import Readings
from ..balancing.site import ConnectorId
from ..config.live_settings import LiveSettings
from ..config.site_builder import GRID

ROWS_PER_PAGE: Final = 256
PAGE_BYTES: Final = 500_000
"""Before it is compressed: a row of two hundred chargers has 40,000."""
MOST_BYTES: Final = 16_000_000
LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Page:
    newest: datetime
    rows: bytes


class RecalculationLog:
    """The last day of changes, oldest first."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        """Remember up to `most_bytes` of compressed rows."""
        self._most_bytes = most_bytes
        self._pages: deque[_Page] = deque()
        self._bytes = 0
        self._open: list[str] = []
        self._open_bytes = 0
        self._shown: object = None

    def note(
        self,
        decision: Decision,
        readings: Readings,
        settings: LiveSettings,
        *,
        trigger: str,
        now: datetime,
    ) -> bool:
        """Take a step down if it changed anything that people see; whether it did."""
        shown = (
            decision.mode,
            [circuit.mode for circuit in decision.circuits.values()],
            settings,
            {id_: (one.limit, one.reason) for id_, one in decision.connectors.items()},
        )
        if shown == self._shown:
            return False
        self._shown = shown
        row = _row(decision, readings, settings, trigger=trigger, now=now)
        line = json.dumps(row, separators=(",", ":"))
        self._open.append(line)
        self._open_bytes += len(line)
        if len(self._open) >= ROWS_PER_PAGE or self._open_bytes >= PAGE_BYTES:
            self._close_page(now)
        return True

    def rows(
        self,
        *,
        since: datetime | None = None,
        charger: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """The rows from `since` on, oldest first; of one charger only, if named.

        They are those of this moment: they may be read in another thread while
        more are noted.
        """
        pages: list[_Page | list[str]] = [*self._pages, [*self._open]]
        return _read(pages[::-1] if newest_first else pages, since, charger, newest_first)

    @property
    def size(self) -> int:
        """Bytes that the rows take."""
        return self._bytes + self._open_bytes

    def _close_page(self, now: datetime) -> None:
        page = _Page(now, zlib.compress("\n".join(self._open).encode()))
        self._open, self._open_bytes = [], 0
        self._pages.append(page)
        self._bytes += len(page.rows)
        while self._pages and (
            self._bytes > self._most_bytes or self._pages[0].newest < now - LONGEST
        ):
            self._bytes -= len(self._pages.popleft().rows)


def _read(
    pages: Iterable[_Page | list[str]],
    since: datetime | None,
    charger: str | None,
    newest_first: bool,
) -> Iterator[dict[str, Any]]:
    for page in pages:
        if isinstance(page, _Page):
            if since is not None and page.newest < since:
                continue
            lines = zlib.decompress(page.rows).decode().split("\n")
        else:
            lines = page
        for line in reversed(lines) if newest_first else lines:
            row: dict[str, Any] = json.loads(line)
            if since is not None and datetime.fromisoformat(row["time"]) < since:
                continue
            if charger is not None:
                row["connectors"] = [one for one in row["connectors"] if one["charger"] == charger]
                if not row["connectors"]:
                    continue
            yield row


def _row(
    decision: Decision, readings: Readings, settings: LiveSettings, *, trigger: str, now: datetime
) -> dict[str, Any]:
    """Everything that went in and came out, as plain data; currents in A per phase."""
    meter = readings.meters.get(GRID)
    return {
        "time": now.isoformat(timespec="milliseconds"),
        "trigger": trigger,
        "mode": decision.mode.value,
        "settings": {
            "maximum_current": settings.maximum_current,
            "grid_maximum_current": settings.grid_maximum_current,
            "safe_limit": settings.safe_limit,
            "balancing": settings.balancing,
            "adaptive": settings.adaptive,
            "policy": settings.policy.value,
            "phase_choice": settings.phase_choice.value,
        },
        "meter": None if meter is None else _currents(meter.currents),
        "meter_age": None if meter is None else round(decision.at - meter.at, 1),
        "other_load": _currents(decision.other_load),
        "available": _currents(decision.available),
        # Feeders with a meter of their own.
        "feeders": [
            {
                "circuit": id_,
                "mode": circuit.mode.value,
                "meter": None if own is None else _currents(own.currents),
                "meter_age": None if own is None else round(decision.at - own.at, 1),
                "other_load": _currents(circuit.other_load),
                "available": _currents(circuit.capacity),
            }
            for id_, circuit in decision.circuits.items()
            if circuit.mode is not None and id_ != GRID
            for own in [readings.meters.get(id_)]
        ],
        "connectors": [
            {
                "charger": id_.charger,
                "connector": id_.number,
                "limit": one.limit,
                "target": one.target,
                "reason": one.reason.value,
                "circuit": one.circuit,
                "phase": None if one.phase is None else one.phase.name,
                **_reading(readings, id_),
            }
            for id_, one in decision.connectors.items()
        ],
    }


def _reading(readings: Readings, id_: ConnectorId) -> Mapping[str, Any]:
    reading = readings.connectors[id_]
    sample = reading.sample
    return {
        "status": reading.status.value,
        "offered": reading.offer.accepted,
        "measured": None if sample is None else _currents(sample.currents),
    }


def _currents(currents: PhaseCurrents | None) -> list[float] | None:
    return None if currents is None else [round(amperes, 2) for amperes in currents]
