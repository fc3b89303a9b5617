"""A scripted charger that holds the charging profiles it takes, and tells what comes of them."""

from typing import Any, override

from custom_components.ev_load_manager import clock
from simulation.charger.profiles import Profile, ProfileRejected, ProfileStore, Session

from .scripted_charger import ACCEPTED, REJECTED, Answer, ScriptedCharger

MOST = 32.0
"""What it allows where nothing limits it, A."""


class HoldingCharger(ScriptedCharger):
    """What it holds acts as OCPP says, until it ends or is cleared."""

    def __init__(self) -> None:
        """It holds nothing, and nobody charges."""
        super().__init__()
        self.profiles = ProfileStore()
        self.sessions: dict[int, Session] = {}

    def begins(self, number: int, transaction_id: int) -> None:
        """A session begins."""
        self.sessions[number] = Session(
            start=clock.now().timestamp(), transaction_id=transaction_id
        )

    def applies(self, number: int = 1, *, in_seconds: float = 0.0) -> float:
        """What it allows an outlet then, or would if a car came, where nobody tells it more, A."""
        at = clock.now().timestamp() + in_seconds
        found = self.profiles.limit(number, at, self.sessions.get(number) or Session(start=at))
        return MOST if found is None else found.amperes

    @override
    def _answer(self, action: str, payload: dict[str, Any]) -> Answer:
        answer = super()._answer(action, payload)
        if answer is not ACCEPTED:
            return answer
        match action:
            case "SetChargingProfile":
                return self._installs(payload["connectorId"], payload["csChargingProfiles"])
            case "ClearChargingProfile" if "id" in payload:
                self.profiles.clear(id=payload["id"])
            case "GetCompositeSchedule":
                return self._schedule(payload["connectorId"], payload["duration"])
        return answer

    def _installs(self, number: int, profile: dict[str, Any]) -> Answer:
        try:
            self.profiles.install(
                number, Profile.from_ocpp(profile), session=self.sessions.get(number)
            )
        except ProfileRejected:
            return REJECTED
        return ACCEPTED

    def _schedule(self, number: int, seconds: int) -> Answer:
        told = self.profiles.composite(
            number, clock.now().timestamp(), seconds, self.sessions.get(number)
        )
        periods = [
            {"startPeriod": offset, "limit": MOST if limit is None else limit.amperes}
            for offset, limit in told
        ]
        schedule = {
            "duration": seconds,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": periods,
        }
        return {**ACCEPTED, "connectorId": number, "chargingSchedule": schedule}
