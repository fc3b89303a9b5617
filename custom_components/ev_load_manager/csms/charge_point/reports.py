"""What a charger tells of work that goes on in it: firmware, uploads, and its security events.

OCPP 1.6, 4.4 and 4.5, and the security whitepaper (edition 3), A and L.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from ... import clock
from ...data_files.stored import Stored
from ..transport import fields
from ..transport.masking import masked_text

_MOST: Final = 20
_OF_INTEREST: Final = timedelta(days=7)
"""So long a failure is worth telling."""


class ReportKind(StrEnum):
    """What a report is about."""

    FIRMWARE = "firmware"
    DIAGNOSTICS = "diagnostics"
    LOG = "log"
    SECURITY_EVENT = "security_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, in the charger's words."""

    number: int
    """From 1, as they came since Home Assistant started."""
    kind: ReportKind
    status: str
    """How far the work is; of a security event its type."""
    info: str = ""
    at: datetime
    is_failure: bool = False
    """The work came to nothing."""


class Reports:
    """The last reports of one charger."""

    def __init__(self) -> None:
        self.recent: deque[Report] = deque(maxlen=_MOST)
        self.newest = 0
        """The number of the last one."""
        self._failed: dict[ReportKind, Report] = {}

    def add(
        self, kind: ReportKind, status: str, info: str = "", *, is_failure: bool = False
    ) -> bool:
        """Take down a report; whether it says anything."""
        if not status:
            return False
        self.newest += 1
        report = Report(
            number=self.newest,
            kind=kind,
            # It is shown by an entity, and kept in its history.
            status=masked_text(status),
            info=masked_text(info),
            at=clock.now(),
            is_failure=is_failure,
        )
        self.recent.append(report)
        if is_failure:
            self._failed[kind] = report
        else:
            self._failed.pop(kind, None)
        return True

    @property
    def failures(self) -> tuple[Report, ...]:
        """What failed lately and has not been begun anew."""
        since = clock.now() - _OF_INTEREST
        return tuple(report for report in self._failed.values() if report.at >= since)

    def state(self) -> dict[str, Any]:
        """What must survive: plain JSON data."""
        return {
            report.kind.value: {"status": report.status, "at": fields.utc(report.at)}
            for report in self.failures
        }

    def restore(self, failed: Mapping[str, Stored]) -> None:
        """Go on where `state` was written."""
        for name, stored in failed.items():
            kind = stored.of("kind", name, ReportKind, None)
            if kind is not None:
                given = {"number": 0, "kind": kind, "info": "", "is_failure": True}
                report = stored.into(Report, given=given, safer={"at": clock.now(), "status": ""})
                if report is not None:
                    self._failed[kind] = report
