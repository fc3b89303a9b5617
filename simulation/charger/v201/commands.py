"""What a charger does when the central system asks (OCPP 2.0.1, part 2, section 1)."""

from collections.abc import Callable

from ..answering import Reply
from ..frames import CallRefused, Payload
from .certificates import Certificates
from .charging_commands import ChargingCommands
from .maintenance import Maintenance
from .report_commands import ReportCommands
from .reports import Reports
from .session_commands import SessionCommands
from .station import Station
from .transactions import Transactions


class Commands:
    """Answers for one charger."""

    def __init__(self, charger: Station, reports: Reports, transactions: Transactions) -> None:
        """Act on `charger`, and have it speak by `reports` and `transactions`."""
        self._charger = charger
        self.charging = ChargingCommands(charger, reports)
        self.sessions = SessionCommands(charger, reports, transactions, self.charging)
        self.inventory = ReportCommands(charger, reports)
        self.maintenance = Maintenance(charger, reports)
        self.certificates = Certificates(charger, reports)
        self._answers: dict[str, Callable[[Payload], Reply]] = {
            **self.charging.answers(),
            **self.sessions.answers(),
            **self.inventory.answers(),
            **self.maintenance.answers(),
            **self.certificates.answers(),
        }

    def answer(self, action: str, payload: Payload) -> Reply:
        """Do what is asked. Raises CallRefused where it isn't known here."""
        known = self._answers.get(action)
        if known is None:
            heard_of = action in self._charger.link.schemas.actions
            raise CallRefused("NotSupported" if heard_of else "NotImplemented", action)
        return known(payload)
