"""When transactions begin and end, and the TransactionEvents that tell it (part 2, block E)."""

from collections.abc import Mapping
from functools import partial
import string
from typing import Any
import uuid

from custom_components.ev_load_manager import clock

from ..frames import Payload
from ..outbox import Message
from .evse import SimulatedEvse, Transaction
from .sampling import sampled_values
from .station import Station
from .tokens import IdToken

_ODD = string.ascii_letters + string.digits + " !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"


def points(evse: SimulatedEvse) -> frozenset[str]:
    """Which of the conditions of TxStartPoint and TxStopPoint hold (2.6.4.1)."""
    held = set()
    if evse.car is not None:
        held |= {"ParkingBayOccupancy", "EVConnected"}
    if evse.token is not None:
        held.add("Authorized")
    if evse.closed:
        held |= {"DataSigned", "PowerPathClosed"}
    if evse.flows:
        held.add("EnergyTransfer")
    return frozenset(held)


class Transactions:
    """All transactions of one charger."""

    def __init__(self, charger: Station) -> None:
        """Watch over the EVSEs of `charger`."""
        self._charger = charger
        self._seq_no: dict[int, int] = {}
        """Of the next transaction of an EVSE, where numbers go on."""

    # -- what happens -----------------------------------------------------

    def happened(
        self, evse: SimulatedEvse, trigger: str, *, reason: str | None = None, **told: Any
    ) -> None:
        """Begin, end or update a transaction after something that happened at an EVSE.

        `reason` is why it ends, if it does; `told` are further fields of the event.
        """
        held, before = points(evse), evse.points
        evse.points = held
        running = evse.transaction
        if running is None:
            began = (held - before) & set(self._list("TxStartPoint"))
            if began and self._charger.running and evse.available:
                self._begin(evse, trigger, **told)
            return
        lost = running.reached & set(self._list("TxStopPoint")) - held
        running.reached |= held
        if lost:
            self.end(evse, trigger=trigger, reason=reason or "Local", **told)
        else:
            self.event(evse, running, "Updated", trigger, **told)

    def watch(self, evse: SimulatedEvse, now: float) -> None:
        """Tell what changed by itself, and what is due."""
        held = points(evse)
        running = evse.transaction
        if running is None:
            if held != evse.points:
                self.happened(evse, "ChargingStateChanged")
            return
        if running.state == "Charging" and self._stepped is not None:
            running.charged_for += max(0.0, now - self._stepped)
        if evse.charging_state != running.state:
            self.happened(evse, "ChargingStateChanged", reason="StoppedByEV")
        elif evse.flows and running.phases != evse.phases_used:
            self.event(evse, running, "Updated", "ChargingStateChanged")
        elif self._rate_changed(evse, running):
            self.event(evse, running, "Updated", "ChargingRateChanged")
        if evse.transaction is running:
            self._sample(evse, running, now)

    _stepped: float | None = None

    def stepped(self, now: float) -> None:
        """All EVSEs were watched at `now`."""
        self._stepped = now

    def end(self, evse: SimulatedEvse, *, trigger: str, reason: str, **told: Any) -> None:
        """End the transaction of an EVSE, if there is one."""
        running = evse.transaction
        if running is None:
            return
        running.meter_stop = round(evse.energy)
        running.stopped_reason = reason
        self._charger.profiles.end_transaction(running.id)
        self.event(evse, running, "Ended", trigger, **told)
        self._seq_no[evse.number] = running.seq_no
        evse.transaction = evse.group = evse.token = evse.remote_start_id = None
        evse.points = points(evse)
        evse.ended_at = clock.monotonic()

    def _begin(self, evse: SimulatedEvse, trigger: str, **told: Any) -> None:
        model = self._charger.model
        begun = Transaction(
            id=self._new_id(),
            started_at=self._charger.now(),
            meter_start=round(evse.energy),
            token=evse.token,
            remote_start_id=evse.remote_start_id,
        )
        if model.seq_no_goes_on:
            begun.seq_no = self._seq_no.get(evse.number, 17)
        if model.phantom_within is not None and evse.ended_at is not None:
            soon = clock.monotonic() - evse.ended_at < model.phantom_within
            begun.phantom = soon and evse.remote_start_id is not None
        evse.transaction = begun
        evse.next_sample = None
        evse.defaults_at_start = self._charger.profiles.copy()
        begun.reached |= evse.points
        self._charger.sessions.append(begun)
        self.event(evse, begun, "Started", trigger, **told)

    def _new_id(self) -> str:
        if not self._charger.model.odd_ids:
            return str(uuid.uuid4())
        return "".join(self._charger.chance.choice(_ODD) for _ in range(36))

    def _list(self, name: str) -> list[str]:
        return self._charger.variables.items("TxCtrlr", name)

    def _rate_changed(self, evse: SimulatedEvse, running: Transaction) -> bool:
        """Whether its limit changed by more than LimitChangeSignificance (K01.FR.22 ff.)."""
        told = running.rate
        if not self._charger.model.tells_rate_changes or told is None or not evse.flows:
            return False
        significant = self._charger.variables.number(
            "SmartChargingCtrlr", "LimitChangeSignificance", 1.0
        )
        return abs(evse.offered - told) > max(told * significant / 100.0, 1e-6)

    # -- events -----------------------------------------------------------

    def event(
        self,
        evse: SimulatedEvse,
        transaction: Transaction,
        kind: str,
        trigger: str,
        *,
        measurands: list[str] | None = None,
        context: str = "",
        **told: Any,
    ) -> None:
        """Put out one TransactionEvent, or keep it while there is nobody to tell."""
        payload = self._payload(evse, transaction, kind, trigger)
        if measurands is None:
            measurands, context = self._measurands_of(kind)
        values = self._values(evse, measurands, context)
        if values:
            payload["meterValue"] = [{"timestamp": payload["timestamp"], "sampledValue": values}]
        payload |= told
        offline = "offline" in payload or not self._charger.accepted
        answered = partial(self._answered, evse, transaction, payload)
        for _ in range(2 if self._charger.model.repeats_events else 1):
            self._charger.outbox.put(
                Message(
                    action="TransactionEvent",
                    payload=partial(dict, payload),
                    transactional=True,
                    answered=answered,
                )
            )
        if offline:
            self._charger.outbox.thin(self._charger.model.queue_room, _is_periodic)

    def _payload(
        self, evse: SimulatedEvse, transaction: Transaction, kind: str, trigger: str
    ) -> Payload:
        model = self._charger.model
        info: Payload = {"transactionId": transaction.id}
        payload: Payload = {
            "eventType": kind,
            "timestamp": self._charger.timestamp(),
            "triggerReason": trigger,
            "seqNo": transaction.seq_no,
            "transactionInfo": info,
        }
        transaction.seq_no += 1
        if not self._charger.accepted and model.marks_offline:
            payload["offline"] = True
        state = evse.charging_state
        if state != transaction.state or kind != "Updated" or trigger == "Trigger":
            transaction.state = info["chargingState"] = state
        if evse.flows and model.counts_phases and transaction.phases != evse.phases_used:
            transaction.phases = payload["numberOfPhasesUsed"] = evse.phases_used
        transaction.rate = evse.offered
        if evse.car is not None and not transaction.told_evse:
            transaction.told_evse = True
            if model.cable_maximum is not None:
                payload["cableMaxCurrent"] = model.cable_maximum
            payload["evse"] = self._place(evse)
        elif kind == "Started":
            payload["evse"] = {"id": evse.number}
        if evse.token is not None and not transaction.told_token:
            transaction.told_token = True
            transaction.token = evse.token
            payload["idToken"] = evse.token.to_ocpp()
        if evse.remote_start_id is not None:
            transaction.remote_start_id = evse.remote_start_id
            info["remoteStartId"] = evse.remote_start_id
            evse.remote_start_id = None
        if kind == "Ended":
            info["timeSpentCharging"] = round(transaction.charged_for)
            if transaction.stopped_reason != "Local":
                info["stoppedReason"] = transaction.stopped_reason
        return payload

    def _place(self, evse: SimulatedEvse) -> Payload:
        place: Payload = {"id": evse.number}
        if self._charger.model.names_connector:
            place["connectorId"] = evse.plug
        return place

    def _measurands_of(self, kind: str) -> tuple[list[str], str]:
        name, context = {
            "Started": ("TxStartedMeasurands", "Transaction.Begin"),
            "Ended": ("TxEndedMeasurands", "Transaction.End"),
        }.get(kind, ("", ""))
        return self._charger.variables.items("SampledDataCtrlr", name), context

    def _values(self, evse: SimulatedEvse, measurands: list[str], context: str) -> list[Payload]:
        model = self._charger.model
        signed = model.signs_values and context.startswith("Transaction.")
        return sampled_values(evse, measurands, model, context=context, signed=signed)

    def sample(self, evse: SimulatedEvse, trigger: str, context: str) -> None:
        """Tell what the meter of a transaction shows now."""
        if evse.transaction is not None:
            wanted = self._charger.variables.items("SampledDataCtrlr", "TxUpdatedMeasurands")
            self.event(
                evse, evse.transaction, "Updated", trigger, measurands=wanted, context=context
            )

    def _sample(self, evse: SimulatedEvse, running: Transaction, now: float) -> None:
        interval = self._charger.variables.number("SampledDataCtrlr", "TxUpdatedInterval")
        enabled = self._charger.variables.flag("SampledDataCtrlr", "Enabled", True)
        if interval <= 0 or not enabled:
            evse.next_sample = None
        elif evse.next_sample is None:
            evse.next_sample = now + interval
        elif now >= evse.next_sample:
            evse.next_sample = max(evse.next_sample + interval, now)
            self.sample(evse, "MeterValuePeriodic", "Sample.Periodic")

    def _answered(
        self,
        evse: SimulatedEvse,
        transaction: Transaction,
        payload: Payload,
        told: Mapping[str, Any],
    ) -> None:
        """Follow what the central system says of a card (E05, C10)."""
        info = told.get("idTokenInfo")
        if info is None or "idToken" not in payload:
            return
        self._charger.remember(IdToken.from_ocpp(payload["idToken"]), info)
        refused = info["status"] not in ("Accepted", "ConcurrentTx")
        if not refused or evse.transaction is not transaction:
            return
        if self._charger.variables.flag("TxCtrlr", "StopTxOnInvalidId", True):
            self._charger.deauthorise(evse, trigger="Deauthorized", reason="DeAuthorized")


def _is_periodic(message: Message) -> bool:
    """Whether it can be missed where memory is short (E04.FR.07)."""
    payload = message.payload()
    return payload.get("triggerReason") in ("MeterValuePeriodic", "MeterValueClock")
