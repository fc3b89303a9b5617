"""What a charger tells its central system by itself or as asked: all but transactions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from custom_components.ev_load_manager import clock

from ..frames import Payload
from ..outbox import Message
from .device_model import Address, parts
from .evse import SimulatedEvse
from .models import ReportHabit
from .profile_store import Installed
from .sampling import sampled_values
from .station import Station


class Reports:
    """Messages of one charger, put into its outboxes when they are due."""

    def __init__(self, charger: Station) -> None:
        """Speak for `charger`."""
        self._charger = charger
        self.heard_at = 0.0
        """When the last heartbeat was sent, or the connection accepted."""
        self._aligned_at: float | None = None
        self._event_id = 0

    def step(self, now: float) -> None:
        """Put out what is due by `now` on the monotonic clock."""
        if self._charger.accepted:
            for evse in self._charger.connectors.values():
                self.changes(evse)
            self._keep_in_touch(now)

    # -- who and how it is ------------------------------------------------

    def identity(self, reason: str) -> Payload:
        """What BootNotification says."""
        charger = self._charger
        return {
            "chargingStation": {
                "model": charger.model.model[:20],
                "vendorName": charger.model.vendor[:50],
                "serialNumber": charger.id[:25],
                "firmwareVersion": charger.firmware,
            },
            "reason": reason,
        }

    def boot(self) -> None:
        """Send a BootNotification once more; only who is Pending is asked for it."""
        self._charger.boot_again.set()

    def heartbeat(self) -> None:
        """Send a heartbeat; its answer brings the time."""
        charger = self._charger
        self.heard_at = clock.monotonic()
        charger.outbox.put(Message(action="Heartbeat", payload=dict, answered=charger.set_clock))

    def announce(self, *, everything: bool) -> None:
        """Tell every connector's status, or what changed, before what was kept (B04)."""
        charger = self._charger
        for evse in reversed(charger.connectors.values()):
            for connector in reversed(evse.connectors_operative):
                status = evse.status_of(connector)
                if everything or evse.reported.get(connector) != status:
                    self.status(evse, connector, first=True)
        if everything and charger.model.status_of_zero:
            self._put("StatusNotification", self._status(0, 0, "Available"), first=True)

    def changes(self, evse: SimulatedEvse) -> None:
        """Tell the status of an EVSE's connectors where that has changed."""
        for connector in evse.connectors_operative:
            if evse.reported.get(connector) != evse.status_of(connector):
                self.status(evse, connector)

    def status(self, evse: SimulatedEvse, connector: int, *, first: bool = False) -> None:
        """Send a connector's status, as it is now."""
        status = evse.status_of(connector)
        evse.reported[connector] = status
        place = Address("Connector", "AvailabilityState", None, evse.number, connector)
        self._charger.variables.put(place, status)
        if self._charger.model.status_by_event:
            self._event(place, status, first=first)
        else:
            told = self._status(evse.number, connector, status)
            self._put("StatusNotification", told, first=first)

    def _status(self, evse: int, connector: int, status: str) -> Payload:
        if self._charger.model.speaks_16:
            in_16 = "Preparing" if status == "Occupied" else status
            return {"connectorId": connector, "status": in_16, "errorCode": "NoError"}
        return {
            "timestamp": self._charger.timestamp(),
            "connectorStatus": status,
            "evseId": evse,
            "connectorId": connector,
        }

    def _event(self, place: Address, value: str, *, first: bool) -> None:
        self._event_id += 1
        event = {
            "eventId": self._event_id,
            "timestamp": self._charger.timestamp(),
            "trigger": "Delta",
            "actualValue": value,
            "eventNotificationType": "HardWiredNotification",
            **place.to_ocpp(),
        }
        told = {"generatedAt": self._charger.timestamp(), "seqNo": 0, "eventData": [event]}
        self._put("NotifyEvent", told, first=first)

    def security_event(self, kind: str, info: str = "") -> None:
        """Tell of something that matters for security; it is kept while offline (A04)."""
        told: Payload = {"type": kind, "timestamp": self._charger.timestamp()}
        if info:
            told["techInfo"] = info[:255]
        self._charger.outbox.put(
            Message(
                action="SecurityEventNotification",
                payload=partial(dict, told),
                transactional=True,
            )
        )

    # -- meters between transactions --------------------------------------

    def meter_values(self, evse: SimulatedEvse, *, context: str) -> None:
        """Send what an EVSE's meter shows now, by the measurands of aligned data (F06.FR.06)."""
        charger = self._charger
        wanted = charger.variables.items("AlignedDataCtrlr", "Measurands")
        values = sampled_values(evse, wanted, charger.model, context=context)
        if values:
            sample = {"timestamp": charger.timestamp(), "sampledValue": values}
            self._put("MeterValues", {"evseId": evse.number, "meterValue": [sample]})

    def _keep_in_touch(self, now: float) -> None:
        """Heartbeats, and meter values at whole multiples of the clock's interval."""
        charger = self._charger
        beat = charger.variables.number("OCPPCommCtrlr", "HeartbeatInterval")
        if beat > 0 and now >= self.heard_at + beat:
            self.heartbeat()
        aligned = charger.variables.number("AlignedDataCtrlr", "Interval")
        slot = charger.now() // aligned if aligned > 0 else None
        if slot is not None and self._aligned_at is not None and slot != self._aligned_at:
            only_idle = charger.variables.flag("AlignedDataCtrlr", "SendDuringIdle")
            for evse in charger.connectors.values():
                if not only_idle or evse.transaction is None:
                    self.meter_values(evse, context="Sample.Clock")
        self._aligned_at = slot

    # -- what was asked for -----------------------------------------------

    def inventory(self, request: int, data: list[Payload]) -> None:
        """Send a report in parts (B07, B08)."""
        charger = self._charger
        told = []
        portions = list(parts(data, most=charger.model.items_per_part))
        for number, portion in enumerate(portions):
            part: Payload = {
                "requestId": request,
                "generatedAt": charger.timestamp(),
                "seqNo": number,
                "tbc": number < len(portions) - 1,
            }
            if portion:
                part["reportData"] = portion
            told.append(part)
        match charger.model.report:
            case ReportHabit.DISORDERED:
                told.reverse()
            case ReportHabit.DOUBLED:
                told = [part for part in told for _ in range(2)]
            case ReportHabit.CUT_OFF:
                told = told[:-1]
        for part in told:
            self._say("NotifyReport", part)

    def charging_profiles(self, request: int, found: list[Installed]) -> None:
        """Send profiles, a message for each EVSE and each who set them (K09.FR.04)."""
        groups: dict[tuple[int, str], list[Any]] = {}
        for one in found:
            groups.setdefault((one.evse, one.source), []).append(_as_told(one))
        for number, ((evse, source), profiles) in enumerate(groups.items()):
            self._say(
                "ReportChargingProfiles",
                {
                    "requestId": request,
                    "chargingLimitSource": source,
                    "chargingProfile": profiles,
                    "evseId": evse,
                    "tbc": number < len(groups) - 1,
                },
            )

    def tell(
        self,
        action: str,
        payload: Payload,
        *,
        answered: Callable[[Payload], None] | None = None,
    ) -> None:
        """Put out anything else."""
        self._put(action, payload, answered=answered)

    def _put(
        self,
        action: str,
        payload: Payload,
        *,
        first: bool = False,
        answered: Callable[[Payload], None] | None = None,
    ) -> None:
        self._charger.outbox.put(
            Message(action=action, payload=partial(dict, payload), answered=answered), first=first
        )

    def _say(self, action: str, payload: Payload) -> None:
        """Answer what was asked for, also while Pending (B02.FR.09)."""
        self._charger.asked.put(Message(action=action, payload=partial(dict, payload)))


def _as_told(one: Installed) -> Payload:
    """A profile as it came, with what changed since."""
    data = dict(one.profile.data)
    if one.profile.kind.value == "Dynamic":
        period = one.profile.periods[0]
        told = {**data["chargingSchedule"][0]["chargingSchedulePeriod"][0], "limit": period.limit}
        told |= dict(zip(("limit_L2", "limit_L3"), period.others, strict=False))
        data["chargingSchedule"] = [
            {**data["chargingSchedule"][0], "chargingSchedulePeriod": [told]}
        ]
    return data
