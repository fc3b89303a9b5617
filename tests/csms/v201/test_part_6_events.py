"""Test cases of OCPP 2.0.1, part 6, for central systems: what stations tell, by the cases' numbers.

Written from the titles of the cases and the requirements that they name. The whole list, with
the reason for each that is not met, is docs/ocpp-test-cases.md.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, override

from ocpp.exceptions import SecurityError
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.authorization import IdTag, IdTags
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.connector import Transaction
from custom_components.ev_load_manager.csms.charge_point.journal import NoJournal, Seen, Signed
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.calls import CallPriority

from .station import Station

CARD, NEIGHBOUR, MASTER = "04A1B2C3", "04D4E5F6", "04FFFFFF"
BLOCKED, EXPIRED, STRANGE = "BLOCKED", "EXPIRED", "STRANGE"
GROUP = {"idToken": "FLAT 7", "type": "Central"}
IN_GROUP = {"status": "Accepted", "groupIdToken": GROUP}
TAGS = IdTags(
    tags=(
        IdTag(id_tag=CARD, name="Anna", group="FLAT 7"),
        IdTag(id_tag=NEIGHBOUR, name="Ben", group="FLAT 7"),
        IdTag(id_tag=MASTER, name="Caretaker", group="FLAT 7"),
        IdTag(id_tag=BLOCKED, name="Dora", blocked=True),
        IdTag(id_tag=EXPIRED, name="Emil", expires=clock.now() - timedelta(days=1)),
    ),
    accept_all=False,
)


@pytest.fixture
async def central(socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """A central system that knows cards."""
    system = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(100),
        authorize=lambda _charger, id_tag: TAGS.info(id_tag),
    )
    await system.start()
    yield system
    await system.stop()


class Written(NoJournal):
    """What a session book gets."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.signed: list[Signed] = []

    @override
    def session(self, transaction: Transaction, seen: tuple[Seen, ...] = ()) -> None:
        self.signed += [signed for one in seen for signed in one.signed]


@dataclass(slots=True)
class Told:
    """A station that tells, and what is known of it then."""

    point: ChargePoint
    station: Station
    journal: Written = field(default_factory=Written)

    def __post_init__(self) -> None:
        """Have it written down."""
        self.point.sessions.journal = self.journal

    async def event(self, kind: str, trigger_: str, **more: Any) -> dict[str, Any]:
        """Tell of a transaction at EVSE 1; the answer."""
        return await self.station.event(kind, trigger_, evse=1, **more)

    async def parked(self) -> None:
        """A car is there, and a transaction runs because of that."""
        await self.event("Started", "CablePluggedIn", state="EVConnected")
        assert not self.charges

    async def charging(self) -> None:
        """A session runs."""
        await self.event("Started", "Authorized", state="EVConnected", card=CARD)
        await self.event("Updated", "ChargingStateChanged", state="Charging")
        assert self.charges

    async def ended(self, trigger_: str, reason: str, **more: Any) -> None:
        """The transaction ends, and with it the session."""
        await self.event("Ended", trigger_, info={"stoppedReason": reason}, **more)
        assert not self.charges

    async def authorize(self, card: str, type_: str = "ISO14443") -> dict[str, Any]:
        """What is answered of a card."""
        answer = await self.station.tell("Authorize", idToken={"idToken": card, "type": type_})
        info: dict[str, Any] = answer["idTokenInfo"]
        return info

    @property
    def charges(self) -> bool:
        """Whether a session runs."""
        return self.point.connector(1).transaction is not None


async def _accepted(told: Told) -> None:
    answer = await told.station.boot()
    assert answer["status"] == "Accepted"
    await told.station.status("Available")


async def _refused(told: Told, card: str, *statuses: str) -> None:
    assert (await told.authorize(card))["status"] in statuses


async def _from_cache(told: Told, card: str, *statuses: str) -> None:
    await told.parked()
    answer = await told.event("Updated", "Authorized", state="EVConnected", card=card)
    assert answer["idTokenInfo"]["status"] in statuses
    assert told.charges is (card == CARD)


async def _by_group(told: Told, *, asks: tuple[str, ...] = ()) -> None:
    await told.parked()
    if NEIGHBOUR in asks[:1]:
        assert await told.authorize(NEIGHBOUR) == IN_GROUP
    answer = await told.event("Updated", "Authorized", state="Charging", card=CARD)
    assert answer["idTokenInfo"] == IN_GROUP
    for card in asks:
        assert await told.authorize(card) == IN_GROUP
    answer = await told.event("Updated", "StopAuthorized", state="EVConnected", card=NEIGHBOUR)
    assert answer["idTokenInfo"] == IN_GROUP
    assert not told.charges


async def _by_master(told: Told, *, names: str) -> None:
    await told.charging()
    assert (await told.authorize(MASTER))["groupIdToken"] == GROUP
    await told.ended("StopAuthorized", "MasterPass", card=names)


async def _begins(told: Told, trigger_: str, state: str, card: str | None = CARD) -> None:
    """Started by one event, which a session begins with where somebody may charge."""
    await told.event("Started", trigger_, state=state, card=card)
    assert told.charges is (card is not None or state == "Charging")
    await told.event("Updated", "Authorized", state="Charging", card=CARD)
    assert told.charges


async def _plugged_in_first(told: Told) -> None:
    await told.parked()
    await told.event("Updated", "Authorized", state="EVConnected", card=CARD)
    await told.event("Updated", "ChargingStateChanged", state="Charging")
    assert told.charges


async def _card_first(told: Told, state: str = "Charging") -> None:
    await told.event("Started", "Authorized", state="Idle", card=CARD)
    await told.event("Updated", "CablePluggedIn", state="EVConnected")
    await told.event("Updated", "ChargingStateChanged", state=state)
    assert told.charges


async def _stops(told: Told, trigger_: str, reason: str, **more: Any) -> None:
    await told.charging()
    await told.ended(trigger_, reason, **more)


async def _stops_in_steps(told: Told, *events: tuple[str, str, str], reason: str) -> None:
    await told.charging()
    for trigger_, state, card in events[:-1]:
        await told.event("Updated", trigger_, state=state, card=card or None)
    trigger_, state, _ = events[-1]
    await told.ended(trigger_, reason, state=state)


async def _strange_card(told: Told) -> None:
    answer = await told.event("Started", "Authorized", state="EVConnected", card=STRANGE)
    assert answer["idTokenInfo"]["status"] in ("Invalid", "Unknown")
    await told.ended("Deauthorized", "DeAuthorized")


async def _unplugged_at_the_car(told: Told) -> None:
    await told.charging()
    session = told.point.connector(1).transaction
    await told.event("Updated", "EVCommunicationLost", state="Idle")
    await told.event("Updated", "CablePluggedIn", state="EVConnected")
    await told.event("Updated", "ChargingStateChanged", state="Charging")
    assert told.point.connector(1).transaction is session


async def _counts_anew(told: Told) -> None:
    for transaction in ("T1", "T2"):
        more = {"transaction": transaction, "sequence": 0}
        await told.event("Started", "Authorized", state="Charging", card=CARD, **more)
        assert told.charges
        more["sequence"] = 1
        await told.event("Ended", "EVDeparted", **more)


async def _stopped_from_afar(told: Told) -> None:
    await told.charging()
    session = told.point.connector(1).transaction
    assert session is not None
    await told.point.call(told.point.dialect.stop(session.id))
    assert told.station.of("RequestStopTransaction")[0] == {"transactionId": "T1"}
    await told.ended("RemoteStop", "Remote")


async def _started_from_afar(told: Told, *, plugged_in: bool, comes: bool = True) -> None:
    if plugged_in:
        await told.parked()
    await told.point.call(told.point.dialect.start(1, CARD))
    asked = told.station.of("RequestStartTransaction")[0]
    assert asked["idToken"]["idToken"] == CARD
    assert (await told.authorize(CARD))["status"] == "Accepted"
    kind, state = ("Updated", "EVConnected") if plugged_in else ("Started", "Idle")
    number = {"remoteStartId": asked["remoteStartId"]}
    await told.event(kind, "RemoteStart", state=state, card=CARD, info=number)
    if not comes:
        await told.ended("EVConnectTimeout", "Timeout")
        return
    await told.event("Updated", "CablePluggedIn", state="EVConnected")
    await told.event("Updated", "ChargingStateChanged", state="Charging")
    assert told.charges


async def _lock_failure(told: Told) -> None:
    event = {
        "eventId": 1,
        "timestamp": told.station.time(),
        "trigger": "Delta",
        "actualValue": "true",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "ConnectorPlugRetentionLock", "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": "Problem"},
    }
    answer = await told.station.tell(
        "NotifyEvent", generatedAt=told.station.time(), seqNo=0, eventData=[event]
    )
    assert answer == {}


def energy(wh: float, **more: Any) -> list[dict[str, Any]]:
    """A reading of the register, as a transaction or a station tells it."""
    return [{"value": wh, "measurand": "Energy.Active.Import.Register", **more}]


SIGNED = {
    "signedMeterValue": {
        "signedMeterData": "AAEC",
        "signingMethod": "ECDSA-secp256r1-SHA256",
        "encodingMethod": "OCMF",
        "publicKey": "AwQF",
    }
}


async def _measured(told: Told, kind: str, wh: float, **more: Any) -> None:
    """Values come with an event, or between transactions, and are known then."""
    values = energy(wh, **more)
    if kind == "alone":
        at = told.station.time()
        answer = await told.station.tell(
            "MeterValues", evseId=1, meterValue=[{"timestamp": at, "sampledValue": values}]
        )
    elif kind == "Started":
        answer = await told.event("Started", "Authorized", state="Charging", values=values)
    else:
        await told.charging()
        trigger_ = "EVDeparted" if kind == "Ended" else "MeterValuePeriodic"
        answer = await told.event(kind, trigger_, values=values)
    assert answer == {}
    outlet = told.point.connector(1)
    if "signedMeterValue" in more:
        (signed,) = told.journal.signed
        assert signed.value == more["signedMeterValue"]["signedMeterData"]
        assert "ECDSA-secp256r1-SHA256" in signed.described
    if kind == "Ended":
        assert outlet.last_transaction is not None
        assert outlet.last_transaction.energy == wh
    else:
        assert outlet.energy == wh


async def _begin_without_evse(told: Told) -> None:
    await told.station.event(
        "Started", "Authorized", card=CARD, values=energy(900.0, context="Transaction.Begin")
    )
    await told.event("Updated", "CablePluggedIn", state="Charging", values=energy(950.0))
    session = told.point.connector(1).transaction
    assert session is not None
    assert told.point.connector(1).energy == 950.0


async def _limited_by_others(told: Told, *, charging: bool = False) -> None:
    if charging:
        await told.charging()
    schedule = {
        "id": 1,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
    }
    await told.station.tell(
        "NotifyChargingLimit",
        evseId=1,
        chargingLimit={"chargingLimitSource": "EMS"},
        chargingSchedule=[schedule],
    )
    limit = told.point.connector(1).foreign_limit
    assert limit is not None
    assert (limit.amperes, limit.source) == (10.0, "EMS")
    answer = await told.station.tell("ClearedChargingLimit", evseId=1, chargingLimitSource="EMS")
    assert answer == {}
    assert told.point.connector(1).foreign_limit is None


async def _reported_of_others(told: Told) -> None:
    profile = {
        "id": 7,
        "stackLevel": 0,
        "chargingProfilePurpose": "ChargingStationExternalConstraints",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [
            {
                "id": 1,
                "startSchedule": "2026-01-01T00:00:00Z",
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
            }
        ],
    }
    told.station.profiles[7] = (1, profile)
    question = told.point.dialect.read_profiles(1)
    assert question is not None
    answer = await told.point.ask(question, timeout=5.0, priority=CallPriority.NORMAL, within=5.0)
    held = told.point.dialect.profiles_told((answer.payload, *answer.parts), clock.now())
    assert held is not None
    (one,) = held
    # It is nobody's whom it could be cleared for (K10.FR.06).
    assert (one.connector, one.purpose, one.now) == (1, None, 10.0)


TELLS: Mapping[str, Callable[[Told], Awaitable[None]]] = {
    "TC_B_01_CSMS": _accepted,
    "TC_C_02_CSMS": lambda told: _refused(told, STRANGE, "Invalid", "Unknown"),
    "TC_C_06_CSMS": lambda told: _refused(told, BLOCKED, "Blocked", "Invalid"),
    "TC_C_07_CSMS": lambda told: _refused(told, EXPIRED, "Expired", "Invalid"),
    "TC_C_08_CSMS": lambda told: _from_cache(told, CARD, "Accepted"),
    "TC_C_20_CSMS": lambda told: _from_cache(told, STRANGE, "Invalid", "Unknown"),
    "TC_C_39_CSMS": lambda told: _by_group(told, asks=(NEIGHBOUR, NEIGHBOUR)),
    "TC_C_40_CSMS": _by_group,
    "TC_C_43_CSMS": lambda told: _by_group(told, asks=(CARD, NEIGHBOUR)),
    "TC_C_47_CSMS": lambda told: _by_master(told, names=MASTER),
    "TC_C_48_CSMS": lambda told: _by_master(told, names=MASTER),
    "TC_C_49_CSMS": lambda told: _by_master(told, names=CARD),
    "TC_E_01_CSMS": lambda told: _begins(told, "ChargingStateChanged", "EVConnected"),
    "TC_E_02_CSMS": lambda told: _begins(told, "ChargingStateChanged", "Charging"),
    "TC_E_03_CSMS": _plugged_in_first,
    "TC_E_04_CSMS": _card_first,
    "TC_E_07_CSMS": lambda told: _stops(told, "StopAuthorized", "Local", card=CARD),
    "TC_E_08_CSMS": lambda told: _stops(told, "StopAuthorized", "Local", state="EVConnected"),
    "TC_E_09_CSMS": lambda told: _begins(told, "CablePluggedIn", "EVConnected", None),
    "TC_E_10_CSMS": lambda told: _begins(told, "Authorized", "Idle"),
    "TC_E_11_CSMS": lambda told: _begins(told, "SignedDataReceived", "EVConnected"),
    "TC_E_12_CSMS": lambda told: _begins(told, "EVDetected", "Idle", None),
    "TC_E_14_CSMS": lambda told: _stops_in_steps(
        told,
        ("StopAuthorized", "EVConnected", CARD),
        ("EVCommunicationLost", "Idle", ""),
        reason="EVDisconnected",
    ),
    "TC_E_15_CSMS": lambda told: _stops(told, "StopAuthorized", "Local", card=CARD),
    "TC_E_16_CSMS": _strange_card,
    "TC_E_17_CSMS": lambda told: _stops(
        told, "EVCommunicationLost", "EVDisconnected", state="Idle"
    ),
    "TC_E_19_CSMS": lambda told: _stops_in_steps(
        told,
        ("StopAuthorized", "EVConnected", CARD),
        ("EVCommunicationLost", "Idle", ""),
        ("EVDeparted", "Idle", ""),
        reason="Local",
    ),
    "TC_E_20_CSMS": lambda told: _stops(told, "EVCommunicationLost", "EVDisconnected"),
    "TC_E_21_CSMS": _stopped_from_afar,
    "TC_E_22_CSMS": lambda told: _stops_in_steps(
        told, ("ChargingStateChanged", "SuspendedEV", ""), reason="StoppedByEV"
    ),
    "TC_E_26_CSMS": _unplugged_at_the_car,
    "TC_E_38_CSMS": lambda told: _card_first(told, "SuspendedEV"),
    "TC_E_39_CSMS": lambda told: _stops(told, "EVConnectTimeout", "Timeout"),
    "TC_E_53_CSMS": _counts_anew,
    "TC_F_01_CSMS": lambda told: _started_from_afar(told, plugged_in=True),
    "TC_F_02_CSMS": lambda told: _started_from_afar(told, plugged_in=False),
    "TC_F_03_CSMS": lambda told: _started_from_afar(told, plugged_in=False),
    "TC_F_04_CSMS": lambda told: _started_from_afar(told, plugged_in=False, comes=False),
    "TC_G_20_CSMS": _lock_failure,
    "TC_J_01_CSMS": lambda told: _measured(told, "alone", 700.0, context="Sample.Clock"),
    "TC_J_02_CSMS": lambda told: _measured(told, "Updated", 710.0, context="Sample.Clock"),
    "TC_J_03_CSMS": lambda told: _measured(told, "Ended", 720.0, context="Sample.Clock"),
    "TC_J_04_CSMS": lambda told: _measured(told, "Updated", 730.0, **SIGNED),
    "TC_J_07_CSMS": lambda told: _measured(told, "Started", 740.0, context="Transaction.Begin"),
    "TC_J_08_CSMS": _begin_without_evse,
    "TC_J_09_CSMS": lambda told: _measured(told, "Updated", 760.0),
    "TC_J_10_CSMS": lambda told: _measured(told, "Ended", 770.0, context="Transaction.End"),
    "TC_J_11_CSMS": lambda told: _measured(
        told, "Ended", 780.0, context="Transaction.End", **SIGNED
    ),
    "TC_K_48_CSMS": _limited_by_others,
    "TC_K_50_CSMS": _limited_by_others,
    "TC_K_51_CSMS": lambda told: _limited_by_others(told, charging=True),
    "TC_K_52_CSMS": _reported_of_others,
}


@pytest.mark.parametrize("case", TELLS)
async def test_a_station_tells(central: CentralSystem, case: str) -> None:
    """It is answered by the schemas, and what it told is known."""
    point = central.add("CP1")
    async with Station(central) as station:
        await station.boot()
        await TELLS[case](Told(point, station))


STRANGERS = ("TC_B_02_CSMS", "TC_B_30_CSMS", "TC_B_31_CSMS")


@pytest.mark.parametrize("case", STRANGERS)
async def test_a_station_waits(central: CentralSystem, case: str) -> None:
    """One that was not added yet is told to wait, and may say nothing else; then it is asked."""
    async with Station(central) as station:
        assert (await station.boot())["status"] == "Pending"
        with pytest.raises(SecurityError):
            await station.status("Available")
        central.add("CP1")
        assert (await station.until_asked("TriggerMessage"))["requestedMessage"] == (
            "BootNotification"
        )
        assert (await station.boot())["status"] == "Accepted"
        await station.status("Available")
