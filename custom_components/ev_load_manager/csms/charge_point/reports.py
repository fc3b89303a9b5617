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
_FAILURES: Final = frozenset(
    {
        "BadMessage",
        "DownloadFailed",
        "InstallVerificationFailed",
        "InstallationFailed",
        "InvalidCertificate",
        "InvalidSignature",
        "NotSupportedOperation",
        "PermissionDenied",
        "RevokedCertificate",
        "UploadFailed",
        "UploadFailure",
    }
)


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

    @property
    def is_failure(self) -> bool:
        """Whether the work came to nothing."""
        return self.kind is not ReportKind.SECURITY_EVENT and self.status in _FAILURES


class Reports:
    """The last reports of one charger."""

    def __init__(self) -> None:
        """There are none yet."""
        self.recent: deque[Report] = deque(maxlen=_MOST)
        self.newest = 0
        """The number of the last one."""
        self._failed: dict[ReportKind, Report] = {}

    def add(self, kind: ReportKind, status: str, info: str = "") -> bool:
        """Take down a report; whether it says anything new."""
        if not status or (status == "Idle" and kind is not ReportKind.SECURITY_EVENT):
            return False  # asked for while nothing goes on
        # It is shown by an entity, and kept in its history.
        status, info = masked_text(status), masked_text(info)
        self.newest += 1
        report = Report(number=self.newest, kind=kind, status=status, info=info, at=clock.now())
        self.recent.append(report)
        if report.is_failure:
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
                given = {"number": 0, "kind": kind, "info": ""}
                report = stored.into(Report, given=given, safer={"at": clock.now(), "status": ""})
                if report is not None:
                    self._failed[kind] = report
