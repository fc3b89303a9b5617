"""Charging profiles as they are set, read and cleared, and what others limit (part 2, block K)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from custom_components.ev_load_manager import clock

from ..answering import Reply, refuse_binary_tenths
from ..frames import CallRefused, Payload
from ..grid import VOLTAGE
from .device_model import Address
from .evse import Needs, SimulatedEvse
from .models import CompositeAnswer, ProfileAnswer
from .profiles import Limit, Profile, ProfileRejected, Purpose, Session, Unit
from .replies import refused, status
from .reports import Reports
from .station import Station

_PROFILE_COMES_WITHIN = 60.0
"""Seconds that a car waits for the profile that it was promised (K15.FR.08)."""


class ChargingCommands:
    """Block K for one charger."""

    def __init__(self, charger: Station, reports: Reports) -> None:
        """Act on `charger`."""
        self._charger = charger
        self._reports = reports
        self._outside = 0
        """How many limits others have set."""

    def answers(self) -> dict[str, Callable[[Payload], Reply]]:
        """What it answers."""
        return {
            "ClearChargingProfile": self._clear,
            "GetChargingProfiles": self._get,
            "GetCompositeSchedule": self._composite,
            "SetChargingProfile": self._set,
            "UpdateDynamicSchedule": self._update,
            "UsePriorityCharging": self._use_priority,
        }

    # -- what the central system sets -------------------------------------

    def _set(self, payload: Payload) -> Reply:
        how = self._charger.model.profiles
        if how is ProfileAnswer.NOT_SUPPORTED:
            raise CallRefused("NotSupported", "no charging profiles here (K01.FR.29)")
        if how is ProfileAnswer.REJECTED:
            return status("Rejected")
        if not self._charger.variables.flag("SmartChargingCtrlr", "Enabled", True):
            return refused("Rejected", "NotEnabled")
        evse = payload["evseId"]
        if self._charger.model.refuses_binary_tenths:
            refuse_binary_tenths(payload["chargingProfile"]["chargingSchedule"][0])
        place = self._charger.connectors.get(evse)
        session = place.session if place else None
        try:
            self.install(evse, payload["chargingProfile"], session)
        except ProfileRejected as rejected:
            return refused("Rejected", rejected.code, rejected.why)
        return status("Accepted")

    def install(self, evse: int, data: Mapping[str, Any], session: Session | None) -> None:
        """Put a profile in. Raises ProfileRejected."""
        charger = self._charger
        profile = Profile.from_ocpp(data)
        if charger.model.ignores_profile(profile):
            return
        charger.profiles.install(evse, profile, at=charger.now(), session=session)
        charger.forgot.discard(evse)
        if evse == 0:
            charger.forgot.clear()
        self._count()
        if profile.purpose is Purpose.TX:
            self._follow_plan(charger.connectors[evse], data["chargingSchedule"][0])

    def _follow_plan(self, evse: SimulatedEvse, schedule: Mapping[str, Any]) -> None:
        """A car that told its needs charges by what comes of it, and says so (K15.FR.19)."""
        if evse.waits_for_profile_until is None:
            return
        evse.waits_for_profile_until = None
        self._reports.tell(
            "NotifyEVChargingSchedule",
            {
                "timeBase": self._charger.timestamp(),
                "evseId": evse.number,
                "chargingSchedule": dict(schedule),
            },
        )

    def _clear(self, payload: Payload) -> Reply:
        if self._charger.model.profiles is ProfileAnswer.NOT_SUPPORTED:
            raise CallRefused("NotSupported", "no charging profiles here")
        criteria = payload.get("chargingProfileCriteria", {})
        purpose = criteria.get("chargingProfilePurpose")
        cleared = self._charger.profiles.clear(
            id=payload.get("chargingProfileId"),
            evse=criteria.get("evseId"),
            purpose=Purpose(purpose) if purpose else None,
            stack_level=criteria.get("stackLevel"),
        )
        self._count()
        return status("Accepted" if cleared else "Unknown")

    def _get(self, payload: Payload) -> Reply:
        if self._charger.model.profiles is ProfileAnswer.NOT_SUPPORTED:
            raise CallRefused("NotSupported", "no charging profiles here")
        criteria = payload["chargingProfile"]
        purpose = criteria.get("chargingProfilePurpose")
        found = self._charger.profiles.find(
            evse=payload.get("evseId"),
            ids=criteria.get("chargingProfileId", ()),
            purpose=Purpose(purpose) if purpose else None,
            stack_level=criteria.get("stackLevel"),
            sources=criteria.get("chargingLimitSource", ()),
        )
        if not found:
            return status("NoProfiles")
        request = payload["requestId"]
        return status("Accepted", partial(self._reports.charging_profiles, request, found))

    def _count(self) -> None:
        place = Address("SmartChargingCtrlr", "Entries", "ChargingProfiles")
        if self._charger.model.profiles is not ProfileAnswer.NOT_SUPPORTED:
            self._charger.variables.put(place, str(len(self._charger.profiles)))

    # -- what comes of it -------------------------------------------------

    def _composite(self, payload: Payload) -> Reply:
        charger = self._charger
        number, duration = payload["evseId"], payload["duration"]
        how, rules = charger.model.composite, charger.profiles.rules
        if how is CompositeAnswer.NOT_SUPPORTED:
            raise CallRefused("NotSupported", "no composite schedules here")
        if number != 0 and number not in charger.connectors:
            return refused("Rejected", "UnknownEvse")
        unit = Unit(payload.get("chargingRateUnit", min(rules.units)))
        if unit not in rules.units:
            return refused("Rejected", "UnsupportedRateUnit")
        if how is CompositeAnswer.REJECTED:
            return status("Rejected")
        start = charger.now()
        schedule: list[tuple[int, Limit | None]] = [(0, None)]
        if how is CompositeAnswer.CORRECT:
            schedule = self._schedule(number, start, duration)
        periods = [
            {"startPeriod": offset, "limit": self._told(number, limit, unit)}
            for offset, limit in schedule
        ]
        told = {
            "evseId": number,
            "duration": duration,
            "scheduleStart": charger.timestamp(start),
            "chargingRateUnit": unit.value,
            "chargingSchedulePeriod": periods,
        }
        return status("Accepted", schedule=told)

    def _schedule(
        self, number: int, start: float, duration: float
    ) -> list[tuple[int, Limit | None]]:
        """What an EVSE may draw from `start` on; EVSE 0: the station from its grid (K08)."""
        charger, profiles = self._charger, self._charger.profiles
        if number:
            session = charger.connectors[number].session
            return profiles.composite(number, start, duration, session)
        sessions = {evse.number: evse.session for evse in charger.connectors.values()}
        moments = set(profiles.moments(0, start, duration))
        for evse, session in sessions.items():
            moments.update(profiles.moments(evse, start, duration, session))
        schedule: list[tuple[int, Limit | None]] = []
        for at in sorted(moments):
            parts = [
                profiles.transaction_limit(evse, at, session) for evse, session in sessions.items()
            ]
            most = self._charger.model.hardware_maximum
            amperes = sum(most if part is None else min(most, part.amperes) for part in parts)
            station = profiles.station_limit(at)
            if station is not None:
                amperes = min(amperes, station.amperes)
            if not schedule or schedule[-1][1] != Limit(amperes):
                schedule.append((round(at - start), Limit(amperes)))
        return schedule

    def _told(self, number: int, limit: Limit | None, unit: Unit) -> float:
        """A limit for people; where nobody limits, what the hardware can."""
        model = self._charger.model
        amperes = model.hardware_maximum * (model.evses if number == 0 else 1)
        phases = model.terminals
        if limit is not None:
            amperes = min(amperes, limit.amperes)
            phases = limit.phases or phases
        return round(amperes if unit is Unit.AMPERES else amperes * VOLTAGE * phases, 1)

    # -- OCPP 2.1 ---------------------------------------------------------

    def _update(self, payload: Payload) -> Reply:
        """Change a dynamic profile's limit (K28)."""
        update = payload["scheduleUpdate"]
        others = tuple(float(update[name]) for name in ("limit_L2", "limit_L3") if name in update)
        if "limit" not in update:
            return refused("Rejected", "MissingParam")
        found = self._charger.profiles.update(
            payload["chargingProfileId"], float(update["limit"]), others, self._charger.now()
        )
        return status("Accepted") if found else refused("Rejected", "InvalidProfile")

    def _use_priority(self, payload: Payload) -> Reply:
        """Charge by the PriorityCharging profile, or no more (K22)."""
        profiles, wanted = self._charger.profiles, payload["transactionId"]
        running = [one.session for one in self._charger.connectors.values() if one.session]
        if wanted not in [session.transaction_id for session in running]:
            return refused("Rejected", "TxNotFound")
        if not payload["activate"]:
            profiles.priority.discard(wanted)
            return status("Accepted")
        if not profiles.find(purpose=Purpose.PRIORITY):
            return status("NoProfile")
        profiles.priority.add(wanted)
        return status("Accepted")

    # -- what others set, and what cars want ------------------------------

    def limit_externally(self, number: int, amperes: float, source: str) -> None:
        """Somebody else limits an EVSE, or with 0 all of them (K11, K12)."""
        charger = self._charger
        self._outside += 1
        highest = charger.profiles.rules.least_own_id or 2_000_000_000
        schedule = {
            "id": self._outside,
            "startSchedule": charger.timestamp(),
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
        }
        data = {
            "id": highest - number,
            "stackLevel": 0,
            "chargingProfilePurpose": Purpose.EXTERNAL.value,
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [schedule],
        }
        charger.profiles.limit_externally(number, Profile.from_ocpp(data), source)
        self._count()
        told: Payload = {
            "evseId": number,
            "chargingLimit": {"chargingLimitSource": source, "isGridCritical": False},
        }
        if charger.variables.flag("SmartChargingCtrlr", "NotifyChargingLimitWithSchedules"):
            told["chargingSchedule"] = [schedule]
        self._reports.tell("NotifyChargingLimit", told)

    def lift_external(self, number: int, source: str) -> None:
        """Somebody else limits it no more (K13)."""
        if self._charger.profiles.lift_external(number, source):
            self._count()
            told = {"chargingLimitSource": source, "evseId": number}
            self._reports.tell("ClearedChargingLimit", told)

    def tell_needs(self, evse: SimulatedEvse, needs: Needs) -> None:
        """A car says what it wants (K15)."""
        wanted: Payload = {
            "requestedEnergyTransfer": {1: "AC_single_phase", 2: "AC_two_phase"}.get(
                needs.phases, "AC_three_phase"
            ),
            "acChargingParameters": {
                "energyAmount": round(needs.energy),
                "evMinCurrent": round(needs.least),
                "evMaxCurrent": round(needs.most),
                "evMaxVoltage": 400,
            },
        }
        if needs.departure is not None:
            leaves = self._charger.now() + needs.departure
            wanted["departureTime"] = self._charger.timestamp(leaves)
        self._reports.tell(
            "NotifyEVChargingNeeds",
            {"evseId": evse.number, "maxScheduleTuples": 3, "chargingNeeds": wanted},
            answered=partial(self._needs_answered, evse),
        )

    def _needs_answered(self, evse: SimulatedEvse, told: Payload) -> None:
        if told["status"] in ("Accepted", "Processing"):
            if evse.transaction is not None:
                evse.transaction.told_needs = True
            evse.waits_for_profile_until = clock.monotonic() + _PROFILE_COMES_WITHIN
