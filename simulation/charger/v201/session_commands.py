"""Sessions and the charger itself as they are ordered about (part 2, blocks B, C, D, E, F, G)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from custom_components.ev_load_manager import clock

from ..answering import Reply
from ..frames import Payload
from .charging_commands import ChargingCommands
from .evse import SimulatedEvse
from .profiles import ProfileRejected
from .replies import refused, status
from .reports import Reports
from .station import Station
from .tokens import IdToken
from .transactions import Transactions


class SessionCommands:
    """Remote start and stop, reset, availability, unlock, trigger, cards."""

    def __init__(
        self,
        charger: Station,
        reports: Reports,
        transactions: Transactions,
        charging: ChargingCommands,
    ) -> None:
        """Act on `charger`."""
        self._charger = charger
        self._reports = reports
        self._transactions = transactions
        self._charging = charging

    def answers(self) -> dict[str, Callable[[Payload], Reply]]:
        """What it answers."""
        return {
            "ChangeAvailability": self._change_availability,
            "ClearCache": self._clear_cache,
            "DataTransfer": self._data_transfer,
            "GetLocalListVersion": self._get_local_list_version,
            "GetTransactionStatus": self._get_transaction_status,
            "RequestStartTransaction": self._start,
            "RequestStopTransaction": self._stop,
            "Reset": self._reset,
            "SendLocalList": self._send_local_list,
            "TriggerMessage": self._trigger,
            "UnlockConnector": self._unlock,
        }

    # -- sessions ---------------------------------------------------------

    def _start(self, payload: Payload) -> Reply:
        charger = self._charger
        if charger.pending:
            return refused("Rejected", "CSNotAccepted")  # B02.FR.05
        evse = self._free_evse(payload.get("evseId"))
        if evse is None:
            return refused("Rejected", "TxInProgress")
        profile = payload.get("chargingProfile")
        if profile is not None and not self._is_for_a_start(profile):
            return refused("Rejected", "InvalidProfile")
        token = IdToken.from_ocpp(payload["idToken"])
        start = partial(self._begin, evse, token, payload)
        if evse.transaction is not None:
            # It runs already, as where TxStartPoint is EVConnected (F01.FR.13).
            return status("Accepted", start, transactionId=evse.transaction.id)
        return status("Accepted", start)

    @staticmethod
    def _is_for_a_start(data: dict[str, Any]) -> bool:
        """Only a TxProfile that names no transaction comes with a start (F01.FR.08 ff.)."""
        return data["chargingProfilePurpose"] == "TxProfile" and "transactionId" not in data

    def _begin(self, evse: SimulatedEvse, token: IdToken, payload: Payload) -> None:
        charger = self._charger
        patience = charger.variables.number("TxCtrlr", "EVConnectionTimeOut", 60.0)
        if evse.car is None:
            evse.expects_car_until = clock.monotonic() + patience
        group = payload.get("groupIdToken")
        charger.spawn(
            self._authorise_and_limit(
                evse,
                token,
                None if group is None else str(group["idToken"]).casefold(),
                payload["remoteStartId"],
                payload.get("chargingProfile"),
            )
        )

    async def _authorise_and_limit(
        self,
        evse: SimulatedEvse,
        token: IdToken,
        group: str | None,
        remote_start_id: int,
        profile: dict[str, Any] | None,
    ) -> None:
        charger = self._charger
        if charger.variables.flag("AuthCtrlr", "AuthorizeRemoteStart"):
            info = await charger.check(token)
            if info is None or info["status"] != "Accepted":
                evse.expects_car_until = None
                return
        charger.authorise(
            evse, token, trigger="RemoteStart", group=group, remote_start_id=remote_start_id
        )
        if profile is not None and evse.transaction is not None:
            data = {**profile, "transactionId": evse.transaction.id}
            try:
                self._charging.install(evse.number, data, evse.session)
            except ProfileRejected:
                return

    def _free_evse(self, number: int | None) -> SimulatedEvse | None:
        evses = self._charger.connectors
        asked = list(evses.values())
        if number is not None:
            asked = [evses[number]] if number in evses else []
        free = [one for one in asked if one.token is None and one.available]
        # Where nobody says which one, the one with a car is meant.
        return min(free, key=lambda one: one.car is None, default=None)

    def _stop(self, payload: Payload) -> Reply:
        charger = self._charger
        for evse in charger.connectors.values():
            running = evse.transaction
            if running is not None and running.id == payload["transactionId"]:
                stop = partial(charger.deauthorise, evse, trigger="RemoteStop", reason="Remote")
                return status("Accepted", stop)
        return refused("Rejected", "TxNotFound")

    def _get_transaction_status(self, payload: Payload) -> Reply:
        wanted = payload.get("transactionId")
        waiting = [
            message.payload()["transactionInfo"]["transactionId"]
            for message in self._charger.outbox.kept
            if message.action == "TransactionEvent"
        ]
        if wanted is None:
            return Reply({"messagesInQueue": bool(waiting)})  # E14.FR.06
        running = [
            one.transaction.id for one in self._charger.connectors.values() if one.transaction
        ]
        return Reply({"ongoingIndicator": wanted in running, "messagesInQueue": wanted in waiting})

    def _unlock(self, payload: Payload) -> Reply:
        evse = self._charger.connectors.get(payload["evseId"])
        if evse is None or payload["connectorId"] not in evse.connectors_operative:
            return refused("UnknownConnector", "UnknownConnectorId")
        if evse.transaction is not None and evse.token is not None:
            return status("OngoingAuthorizedTransaction")  # F05.FR.02
        return status("Unlocked", partial(self._transactions.happened, evse, "UnlockCommand"))

    # -- the charger itself -----------------------------------------------

    def _reset(self, payload: Payload) -> Reply:
        charger = self._charger
        kind, number = payload["type"], payload.get("evseId")
        if number is not None:
            if number not in charger.connectors:
                return refused("Rejected", "UnknownEvse")
            if not charger.variables.flag("EVSE", "AllowReset", evse=number):
                return refused("Rejected", "UnsupportedParam")  # B11.FR.09
        meant = [one for one in charger.connectors.values() if number in (None, one.number)]
        if kind == "OnIdle" and any(one.transaction is not None for one in meant):
            for one in meant:
                one.resets_when_idle = True
            return status("Scheduled")
        if number is not None:
            return status("Accepted", partial(self._reset_evse, meant[0]))
        restart = partial(
            charger.restart,
            boot_reason="RemoteReset" if kind != "OnIdle" else "ScheduledReset",
            stopped_reason="ImmediateReset",
            resumes=kind == "ImmediateAndResume",
        )
        return status("Accepted", restart)

    def _reset_evse(self, evse: SimulatedEvse) -> None:
        self._transactions.end(evse, trigger="ResetCommand", reason="ImmediateReset")
        evse.resets_when_idle = False

    def _change_availability(self, payload: Payload) -> Reply:
        charger = self._charger
        usable = payload["operationalStatus"] == "Operative"
        place = payload.get("evse", {"id": 0})
        number, connector = place["id"], place.get("connectorId")
        if number and number not in charger.connectors:
            return refused("Rejected", "UnknownEvse")
        meant = [one for one in charger.connectors.values() if number in (0, one.number)]
        if connector is not None and connector not in meant[0].connectors_operative:
            return refused("Rejected", "UnknownConnectorId")
        for one in meant:
            if connector is not None:
                one.connectors_operative[connector] = usable
            elif number:
                one.operative = usable
            else:
                one.station_operative = usable
        busy = any(one.transaction is not None for one in meant)
        return status("Scheduled" if busy and not usable else "Accepted")

    def _trigger(self, payload: Payload) -> Reply:
        charger = self._charger
        wanted, place = payload["requestedMessage"], payload.get("evse")
        if wanted not in charger.model.triggers:
            return status("NotImplemented")
        if place is not None and place["id"] not in charger.connectors:
            return refused("Rejected", "UnknownEvse")
        if wanted == "BootNotification" and charger.accepted:
            return status("Rejected")  # F06.FR.17
        if wanted == "StatusNotification" and (place is None or "connectorId" not in place):
            return refused("Rejected", "MissingParam")  # F06.FR.13
        return status("Accepted", partial(self._send, wanted, place))

    def _send(self, wanted: str, place: dict[str, int] | None) -> None:
        charger, reports = self._charger, self._reports
        meant = [
            one for one in charger.connectors.values() if place is None or one.number == place["id"]
        ]
        match wanted:
            case "BootNotification":
                reports.boot()
            case "Heartbeat":
                reports.heartbeat()
            case "StatusNotification" if place is not None:
                reports.status(meant[0], place["connectorId"])
            case "MeterValues":
                for one in meant:
                    reports.meter_values(one, context="Trigger")
            case "TransactionEvent":
                for one in meant:
                    self._transactions.sample(one, "Trigger", "Trigger")
            case "FirmwareStatusNotification" | "LogStatusNotification":
                reports.tell(wanted, {"status": "Idle"})
            case "SignChargingStationCertificate":
                charger.sign_certificate()

    def _data_transfer(self, payload: Payload) -> Reply:
        known = payload["vendorId"] == self._charger.model.vendor
        return status("UnknownMessageId" if known else "UnknownVendorId")

    # -- cards ------------------------------------------------------------

    def _clear_cache(self, payload: Payload) -> Reply:
        if not self._charger.variables.flag("AuthCacheCtrlr", "Enabled"):
            return status("Rejected")
        self._charger.cache.clear()
        return status("Accepted")

    def _get_local_list_version(self, payload: Payload) -> Reply:
        return Reply({"versionNumber": self._charger.local_list.version})

    def _send_local_list(self, payload: Payload) -> Reply:
        entries = payload.get("localAuthorizationList", [])
        most = self._charger.variables.number("LocalAuthListCtrlr", "ItemsPerMessage")
        if 0 < most < len(entries):
            return refused("Failed", "TooManyElements")
        return status(
            self._charger.local_list.change(
                payload["updateType"], payload["versionNumber"], entries
            )
        )
