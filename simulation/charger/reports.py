"""What a charger tells its central system by itself: status, values, heartbeats."""

from custom_components.ev_load_manager import clock

from . import frames
from .connector import SimulatedConnector
from .frames import Payload
from .outbox import Message
from .sampling import sampled_values
from .station import Station


class Reports:
    """Messages of one charger, put into its outbox when they are due."""

    def __init__(self, charger: Station) -> None:
        """Speak for `charger`."""
        self._charger = charger
        self.heard_at = 0.0
        """When the last heartbeat was sent, or the connection accepted."""
        self._aligned_at: float | None = None

    def step(self, now: float) -> None:
        """Put out what is due by `now` on the monotonic clock."""
        accepted = self._charger.accepted
        for connector in self._charger.connectors.values():
            if accepted and connector.status != connector.reported_status:
                connector.reported_status = connector.status
                self.status(connector.number)
            self._sample(connector, now)
        if accepted:
            self._keep_in_touch(now)

    def announce(self) -> None:
        """Tell every connector's status, before what was kept while offline."""
        connectors = self._charger.connectors
        for number in reversed((0, *connectors)):
            self.status(number, first=True)
        for connector in connectors.values():
            connector.reported_status = connector.status

    async def announce_ahead(self) -> None:
        """Tell every status without waiting for any answer. Raises NotConnected."""
        charger = self._charger
        for number in (0, *charger.connectors):
            text = frames.call(
                charger.next_message_id(), "StatusNotification", self._status(number)
            )
            await charger.link.send(text)

    def status(self, number: int, *, first: bool = False) -> None:
        """Send a connector's status, as it is now."""
        status = self._status(number)
        self._charger.outbox.put(
            Message(action="StatusNotification", payload=lambda: status), first=first
        )

    def heartbeat(self) -> None:
        """Send a heartbeat; its answer brings the time."""
        charger = self._charger
        self.heard_at = clock.monotonic()
        charger.outbox.put(Message(action="Heartbeat", payload=dict, answered=charger.set_clock))

    def boot(self) -> None:
        """Send a BootNotification now."""
        charger = self._charger
        charger.boot_again.set()
        if charger.accepted:
            charger.outbox.put(
                Message(
                    action="BootNotification", payload=self.identity, answered=charger.set_clock
                )
            )

    def meter_values(
        self, number: int, *, context: str, key: str = "MeterValuesSampledData"
    ) -> None:
        """Send what a connector's meter shows now; offline, keep it if it is a session's."""
        charger = self._charger
        model = charger.model
        connector = charger.connectors[number]
        transaction = connector.transaction
        kept = transaction is not None and model.queues_meter_values
        if not charger.accepted and not kept:
            return
        per_phase = model.per_phase and (
            model.per_phase_key is None or charger.configuration.flag(model.per_phase_key)
        )
        values = sampled_values(
            connector,
            charger.configuration.items(key),
            model,
            per_phase=per_phase,
            context=context,
        )
        if not values:
            return
        sample = [{"timestamp": charger.timestamp(), "sampledValue": values}]

        def payload() -> Payload:
            told: Payload = {"connectorId": number, "meterValue": sample}
            if transaction is not None and transaction.id is not None:
                told["transactionId"] = transaction.id
            elif transaction is None and model.phantom_transaction is not None:
                told["transactionId"] = model.phantom_transaction
            return told

        charger.outbox.put(Message(action="MeterValues", payload=payload, transactional=kept))

    def identity(self) -> Payload:
        """What BootNotification says."""
        charger = self._charger
        return {
            "chargePointVendor": charger.model.vendor,
            "chargePointModel": charger.model.model,
            "chargePointSerialNumber": charger.id[:25],
            "firmwareVersion": charger.model.firmware,
        }

    def _status(self, number: int) -> Payload:
        charger = self._charger
        if number == 0:
            status, error = ("Available" if charger.station_available else "Unavailable"), None
        else:
            status, error = charger.connectors[number].status, charger.connectors[number].fault
        return {
            "connectorId": number,
            "status": status,
            "errorCode": error or "NoError",
            "timestamp": charger.timestamp(),
        }

    def _sample(self, connector: SimulatedConnector, now: float) -> None:
        """Send meter values as the configuration wants them in a session."""
        haunted = self._charger.model.phantom_transaction is not None and self._charger.accepted
        if connector.transaction is None and not (haunted and connector.car is None):
            connector.next_sample = None
            return
        interval = self._charger.configuration.number("MeterValueSampleInterval")
        if interval <= 0:
            connector.next_sample = None
        elif connector.next_sample is None:
            connector.next_sample = now + interval
        elif now >= connector.next_sample:
            connector.next_sample = max(connector.next_sample + interval, now)
            self.meter_values(connector.number, context="Sample.Periodic")

    def _keep_in_touch(self, now: float) -> None:
        """Heartbeats, and meter values at whole multiples of the clock's interval."""
        charger = self._charger
        beat = charger.configuration.number("HeartbeatInterval")
        if beat > 0 and now >= self.heard_at + beat:
            self.heartbeat()
        aligned = charger.configuration.number("ClockAlignedDataInterval")
        slot = charger.now() // aligned if aligned > 0 else None
        if slot is not None and self._aligned_at is not None and slot != self._aligned_at:
            for number in charger.connectors:
                self.meter_values(number, context="Sample.Clock", key="MeterValuesAlignedData")
        self._aligned_at = slot
