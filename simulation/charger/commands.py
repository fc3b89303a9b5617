"""What a charger does when the central system asks (OCPP 1.6, chapter 5)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from custom_components.ev_load_manager import clock

from .answering import Reply, refuse_binary_tenths
from .connector import SimulatedConnector
from .frames import CallRefused, Payload
from .grid import VOLTAGE
from .models import CompositeAnswer, ProfileAnswer
from .outbox import Message
from .profiles import Limit, Profile, ProfileRejected, Purpose, Unit
from .reports import Reports
from .station import Station


def _status(status: str, then: Callable[[], None] | None = None) -> Reply:
    return Reply({"status": status}, then)


class Commands:
    """Answers for one charger."""

    def __init__(self, charger: Station, reports: Reports) -> None:
        """Act on `charger`, and have it speak by `reports`."""
        self._charger = charger
        self._reports = reports
        self._answers: dict[str, Callable[[Payload], Reply]] = {
            "ChangeAvailability": self._change_availability,
            "ChangeConfiguration": self._change_configuration,
            "ClearCache": lambda _: _status("Accepted"),
            "ClearChargingProfile": self._clear_charging_profile,
            "DataTransfer": self._data_transfer,
            "GetCompositeSchedule": self._get_composite_schedule,
            "GetConfiguration": self._get_configuration,
            "GetDiagnostics": self._get_diagnostics,
            "GetLocalListVersion": self._get_local_list_version,
            "RemoteStartTransaction": self._remote_start,
            "RemoteStopTransaction": self._remote_stop,
            "Reset": self._reset,
            "SendLocalList": self._send_local_list,
            "SetChargingProfile": self._set_charging_profile,
            "TriggerMessage": self._trigger_message,
            "UnlockConnector": self._unlock_connector,
            "UpdateFirmware": self._update_firmware,
        }

    def answer(self, action: str, payload: Payload) -> Reply:
        """Do what is asked. Raises CallRefused where it isn't known here."""
        known = self._answers.get(action)
        if known is None:
            raise CallRefused("NotImplemented", f"{action} is unknown here")
        return known(payload)

    # -- limits -----------------------------------------------------------

    def _set_charging_profile(self, payload: Payload) -> Reply:
        charger = self._charger
        if charger.model.profiles is ProfileAnswer.NOT_IMPLEMENTED:
            raise CallRefused("NotImplemented", "no charging profiles here")
        if charger.model.profiles is ProfileAnswer.NOT_SUPPORTED:
            return _status("NotSupported")
        number = payload["connectorId"]
        if number != 0 and number not in charger.connectors:
            return _status("Rejected")
        session = charger.connectors[number].session if number else None
        return _status(
            "Accepted"
            if self._install(number, payload["csChargingProfiles"], session=session)
            else "Rejected"
        )

    def _install(self, number: int, data: dict[str, Any], *, session: Any) -> bool:
        charger = self._charger
        if charger.model.refuses_binary_tenths:
            refuse_binary_tenths(data["chargingSchedule"])
        try:
            profile = Profile.from_ocpp(data)
            if not charger.model.ignores_profile(profile):
                charger.profiles.install(number, profile, session=session)
                charger.forgot.discard(number)
                if number == 0:
                    charger.forgot.clear()
        except ProfileRejected:
            return False
        return True

    def _clear_charging_profile(self, payload: Payload) -> Reply:
        purpose = payload.get("chargingProfilePurpose")
        cleared = self._charger.profiles.clear(
            id=payload.get("id"),
            connector=payload.get("connectorId"),
            purpose=Purpose(purpose) if purpose else None,
            stack_level=payload.get("stackLevel"),
        )
        return _status("Accepted" if cleared else "Unknown")

    def _get_composite_schedule(self, payload: Payload) -> Reply:
        charger = self._charger
        number, duration = payload["connectorId"], payload["duration"]
        how = charger.model.composite
        if how is CompositeAnswer.NOT_IMPLEMENTED:
            raise CallRefused("NotImplemented", "no composite schedules here")
        unknown = number != 0 and number not in charger.connectors
        refused = number == 0 and how is CompositeAnswer.NOT_FOR_ZERO
        if unknown or refused or how is CompositeAnswer.REJECTED:
            return _status("Rejected")
        unit = Unit(payload.get("chargingRateUnit", min(charger.model.rules.units)))
        session = charger.connectors[number].session if number else None
        start = charger.now()
        periods = [
            {"startPeriod": offset, "limit": self._told(limit, unit)}
            for offset, limit in charger.profiles.composite(number, start, duration, session)
        ]
        if how is CompositeAnswer.EMPTY:
            periods = []
        elif how is CompositeAnswer.MINUS_ONE:
            periods = [{"startPeriod": 0, "limit": -1.0}]
        return Reply(
            {
                "status": "Accepted",
                "connectorId": number,
                "scheduleStart": charger.timestamp(start),
                "chargingSchedule": {
                    "duration": duration,
                    "startSchedule": charger.timestamp(start),
                    "chargingRateUnit": unit.value,
                    "chargingSchedulePeriod": periods,
                },
            }
        )

    def _told(self, limit: Limit | None, unit: Unit) -> float:
        amperes = self._charger.model.hardware_maximum
        phases = 3
        if limit is not None:
            amperes = min(amperes, limit.amperes)
            phases = limit.phases or 3
        return round(amperes if unit is Unit.AMPERES else amperes * VOLTAGE * phases, 1)

    # -- sessions ---------------------------------------------------------

    def _remote_start(self, payload: Payload) -> Reply:
        charger = self._charger
        tag = payload["idTag"]
        connector = self._free_connector(payload.get("connectorId"))
        if connector is None:
            return _status("Rejected")

        def start() -> None:
            if connector.car is None:
                connector.expects_car_for = tag
                connector.expects_car_until = clock.monotonic() + charger.configuration.number(
                    "ConnectionTimeOut", 60
                )
            elif charger.configuration.flag("AuthorizeRemoteTxRequests"):
                charger.spawn(charger.authorise_and_begin(connector, tag))
            else:
                charger.begin(connector, tag)
            if "chargingProfile" in payload and connector.transaction is not None:
                self._install(
                    connector.number, payload["chargingProfile"], session=connector.session
                )

        return _status("Accepted", start)

    def _free_connector(self, number: int | None) -> SimulatedConnector | None:
        connectors = self._charger.connectors
        asked = list(connectors.values())
        if number is not None:
            asked = [connectors[number]] if number in connectors else []
        free = [
            one for one in asked if one.transaction is None and one.available and one.fault is None
        ]
        # Where nobody says which one, the one with a car is meant.
        return min(free, key=lambda one: one.car is None, default=None)

    def _remote_stop(self, payload: Payload) -> Reply:
        charger = self._charger
        for connector in charger.connectors.values():
            running = connector.transaction
            if running is not None and running.id == payload["transactionId"]:
                return _status("Accepted", partial(charger.end, connector, "Remote"))
        return _status("Rejected")

    def _unlock_connector(self, payload: Payload) -> Reply:
        connector = self._charger.connectors.get(payload["connectorId"])
        if connector is None:
            return _status("NotSupported")
        self._charger.end(connector, "UnlockCommand")
        return _status("Unlocked")

    def _change_availability(self, payload: Payload) -> Reply:
        charger = self._charger
        number, usable = payload["connectorId"], payload["type"] == "Operative"
        if number and number not in charger.connectors:
            return _status("Rejected")
        meant = [charger.connectors[number]] if number else list(charger.connectors.values())
        if number == 0:
            charger.station_available = usable
        busy = False
        for connector in meant:
            connector.wanted_available = usable
            if connector.transaction is None or usable:
                connector.available = usable
            else:
                busy = True
        return _status("Scheduled" if busy else "Accepted")

    # -- the charger itself -----------------------------------------------

    def _get_configuration(self, payload: Payload) -> Reply:
        charger = self._charger
        keys = payload.get("key")
        if not keys and charger.model.silent_without_keys:
            return Reply(None)
        most = charger.model.most_keys_asked
        if keys and most is not None and len(keys) > most:
            raise CallRefused("OccurenceConstraintViolation", f"more than {most} keys")
        told = charger.configuration.read(keys, most=charger.model.max_keys_told)
        strange = not all(
            charger.model.has_measurand(name)
            for name in charger.configuration.items("MeterValuesSampledData")
        )
        if strange and (keys is None or "MeterValuesSampledData" in keys):
            return Reply(told, partial(charger.reboot, reason="Reboot"))
        return Reply(told)

    def _change_configuration(self, payload: Payload) -> Reply:
        charger = self._charger
        if charger.model.accepts_every_key:
            return _status("Accepted")
        return _status(charger.configuration.write(payload["key"], payload["value"]))

    def _reset(self, payload: Payload) -> Reply:
        reason = "HardReset" if payload["type"] == "Hard" else "SoftReset"
        return _status("Accepted", lambda: self._charger.reboot(reason=reason))

    def _trigger_message(self, payload: Payload) -> Reply:
        charger = self._charger
        wanted = payload["requestedMessage"]
        if charger.model.triggers is None:
            raise CallRefused("NotImplemented", "TriggerMessage is unknown here")
        number = payload.get("connectorId")
        if wanted not in charger.model.triggers:
            return _status("NotImplemented")
        if number and number not in charger.connectors:
            return _status("Rejected")
        connectors = [number] if number else list(charger.connectors)

        def send() -> None:
            match wanted:
                case "BootNotification":
                    self._reports.boot()
                case "Heartbeat":
                    self._reports.heartbeat()
                case "StatusNotification":
                    for one in connectors if number else [0, *connectors]:
                        self._reports.status(one)
                case "DiagnosticsStatusNotification":
                    self._notify("DiagnosticsStatusNotification", "Idle")
                case "FirmwareStatusNotification":
                    invented = "FirmwareInfoNotification"
                    action = invented if charger.model.invents_action else wanted
                    self._notify(action, "Idle")
                case "MeterValues":
                    for one in connectors:
                        self._reports.meter_values(one, context="Trigger")

        return _status("Accepted", send)

    def _data_transfer(self, payload: Payload) -> Reply:
        known = payload["vendorId"] == self._charger.model.vendor
        return _status("UnknownMessageId" if known else "UnknownVendorId")

    # -- local list, firmware, diagnostics --------------------------------

    def _get_local_list_version(self, payload: Payload) -> Reply:
        return Reply({"listVersion": self._charger.local_list_version})

    def _send_local_list(self, payload: Payload) -> Reply:
        charger = self._charger
        if payload["updateType"] == "Full":
            charger.local_list.clear()
        elif payload["listVersion"] <= charger.local_list_version:
            return _status("VersionMismatch")
        for entry in payload.get("localAuthorizationList", []):
            if "idTagInfo" in entry:
                charger.local_list[entry["idTag"]] = entry["idTagInfo"]["status"]
            else:
                charger.local_list.pop(entry["idTag"], None)
        charger.local_list_version = payload["listVersion"]
        return _status("Accepted")

    def _get_diagnostics(self, payload: Payload) -> Reply:
        return Reply(
            {"fileName": f"{self._charger.id[:200]}.log"},
            lambda: self._charger.spawn(self._upload()),
        )

    async def _upload(self) -> None:
        for status in ("Uploading", "Uploaded"):
            self._notify("DiagnosticsStatusNotification", status)
            await clock.sleep(2.0)

    def _update_firmware(self, payload: Payload) -> Reply:
        return Reply({}, lambda: self._charger.spawn(self._install_firmware()))

    async def _install_firmware(self) -> None:
        for status in ("Downloading", "Downloaded", "Installing", "Installed"):
            self._notify("FirmwareStatusNotification", status)
            await clock.sleep(2.0)

    def _notify(self, action: str, status: str) -> None:
        self._charger.outbox.put(Message(action=action, payload=lambda: {"status": status}))
