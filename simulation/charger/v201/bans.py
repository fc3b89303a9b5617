"""What a central system may not send, though the schemas let it (part 2, block K; part 4, 4.1.5).

Written from the specification's text, and from nothing else. It knows which profiles the
central system itself has set in a station, for some of them exclude one another.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
import json
from typing import Any, Final, NamedTuple

from ..frames import Payload

_PURPOSES: Final = ("ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile")
"""What a central system that plans nothing by itself has to set."""
_DEFAULT: Final = "TxDefaultProfile"
_DATED: Final = ("Absolute", "Recurring")
_VARIABLES: Final = {"GetVariables": "getVariableData", "SetVariables": "setVariableData"}
_SET: Final = "SetChargingProfile"
_CLEAR: Final = "ClearChargingProfile"
_ALWAYS: Final = (float("-inf"), float("inf"))


class _Held(NamedTuple):
    """A profile that the station took."""

    evse: int
    purpose: str
    level: int
    transaction: str | None
    begins: float
    ends: float

    def is_in_the_way_of(self, other: _Held) -> str:
        """Why the two may not be there at the same time; empty: they may."""
        if (self.purpose, self.level) != (other.purpose, other.level):
            return ""
        if self.begins >= other.ends or other.begins >= self.ends:
            return ""
        if self.evse == other.evse and self.transaction == other.transaction:
            return "K01.FR.39" if self.transaction else "K01.FR.06"
        if self.purpose == _DEFAULT and self.evse != other.evse and 0 in (self.evse, other.evse):
            return "K01.FR.52, FR.53"
        return ""


class Bans:
    """What is wrong with the frames that one station gets."""

    def __init__(
        self, now: Callable[[], float], *, ids_above: int = 0, chooses_phase: bool = False
    ) -> None:
        """`now`: the station's clock, s since the epoch. `ids_above`: lower ids are of others.

        `chooses_phase`: it says ACPhaseSwitchingSupported.
        """
        self._now = now
        self._ids_above = ids_above
        self._chooses_phase = chooses_phase
        self._held: dict[int, _Held] = {}

    def asked(self, action: str, payload: Payload) -> Iterator[str]:
        """What is wrong with a question."""
        try:
            found = [*_empty(payload), *self._asked(action, payload)]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The schemas say what is wrong with it.
            found = [f"cannot be read: {error!r}"]
        yield from (f"{action}: {one}" for one in found)

    def told(self, action: str, payload: Payload) -> Iterator[str]:
        """What is wrong with an answer of the central system."""
        yield from (f"answer to {action}: {one}" for one in _empty(payload))

    def answered(self, action: str, payload: Payload, told: Payload | None) -> None:
        """The station answered a question; None: it did not, or took nothing."""
        if told is None or told.get("status") != "Accepted":
            return
        if action == _SET and "chargingProfile" in payload:
            profile = payload["chargingProfile"]
            self._held[profile["id"]] = _held(payload["evseId"], profile)
        elif action == _CLEAR:
            self._held = {
                id_: held for id_, held in self._held.items() if not _clears(payload, id_, held)
            }

    def _asked(self, action: str, payload: Payload) -> Iterator[str]:
        match action:
            case "SetChargingProfile":
                yield from self._profile(payload["evseId"], payload["chargingProfile"])
            case "ClearChargingProfile":
                purpose = payload.get("chargingProfileCriteria", {}).get("chargingProfilePurpose")
                if purpose not in (None, *_PURPOSES):
                    yield f"a {purpose} is cleared (K10.FR.06)"
            case "GetChargingProfiles":
                if len(payload["chargingProfile"]) > 1 and (
                    "chargingProfileId" in payload["chargingProfile"]
                ):
                    yield "by ids, and by something else (K09.FR.03)"
            case "GetCompositeSchedule" if payload["duration"] <= 0:
                yield "a schedule of no duration"
            case "RequestStartTransaction" if "chargingProfile" in payload:
                profile = payload["chargingProfile"]
                if profile["chargingProfilePurpose"] != "TxProfile" or "transactionId" in profile:
                    yield "a start with a profile that is not its own (F01.FR.08, FR.10)"
            case "GetVariables" | "SetVariables":
                named = [_place(one) for one in payload[_VARIABLES[action]]]
                if len(named) != len(set(named)):
                    yield "a variable twice (B05.FR.13, B06.FR.13)"

    def _profile(self, evse: int, profile: Mapping[str, Any]) -> Iterator[str]:
        id_, purpose = profile["id"], profile["chargingProfilePurpose"]
        kind, transaction = profile["chargingProfileKind"], profile.get("transactionId")
        if purpose not in _PURPOSES:
            yield f"a {purpose} (K01.FR.22)"
        if purpose == "ChargingStationMaxProfile" and evse != 0:
            yield f"a ChargingStationMaxProfile for EVSE {evse} (K01.FR.03)"
        if purpose == "ChargingStationMaxProfile" and kind == "Relative":
            yield "a relative ChargingStationMaxProfile (K01.FR.38)"
        if purpose == "TxProfile" and (evse <= 0 or not transaction):
            yield "a TxProfile of no transaction (K01.FR.03, FR.16)"
        if purpose != "TxProfile" and transaction is not None:
            yield f"a {purpose} of a transaction (K01.FR.03)"
        if id_ <= self._ids_above:
            yield f"id {id_}, and those up to {self._ids_above} are of others (K01.FR.80)"
        if (kind == "Recurring") is not ("recurrencyKind" in profile):
            yield "recurring, and nobody says how often"
        if len(profile["chargingSchedule"]) != 1:
            yield f"{len(profile['chargingSchedule'])} schedules (K01.FR.34)"
        for schedule in profile["chargingSchedule"]:
            if ("startSchedule" in schedule) is not (kind in _DATED):
                yield f"{kind}, and startSchedule (K01.FR.40, FR.41)"
            yield from self._periods(schedule)
        yield from self._in_the_way(id_, _held(evse, profile))

    def _periods(self, schedule: Mapping[str, Any]) -> Iterator[str]:
        periods = schedule["chargingSchedulePeriod"]
        starts = [period["startPeriod"] for period in periods]
        if starts[0] != 0:
            yield "a first period that does not begin at 0 (K01.FR.31)"
        if any(one >= two for one, two in pairwise(starts)):
            yield "periods that do not follow one another (K01.FR.35)"
        for period in periods:
            if round(period["limit"], 1) != period["limit"] or period["limit"] < 0:
                yield f"a limit of {period['limit']} (K01.FR.51)"
            if "numberPhases" in period and schedule["chargingRateUnit"] == "A":
                yield "amperes for so many phases, without need (K01.FR.43)"
            if "phaseToUse" in period and not (
                self._chooses_phase and period.get("numberPhases") == 1
            ):
                yield "a phase to use (K01.FR.19, FR.20)"

    def _in_the_way(self, id_: int, wanted: _Held) -> Iterator[str]:
        now = self._now()
        self._held = {known: held for known, held in self._held.items() if held.ends > now}
        known = self._held.get(id_)
        if known is not None and known.evse != wanted.evse:
            yield f"id {id_} for EVSE {wanted.evse}, which EVSE {known.evse} has (K01.FR.05)"
        for other, held in self._held.items():
            why = held.is_in_the_way_of(wanted) if other != id_ else ""
            if why:
                yield f"id {id_} beside {other} in the same place ({why})"


def _held(evse: int, profile: Mapping[str, Any]) -> _Held:
    return _Held(
        evse=evse,
        purpose=profile["chargingProfilePurpose"],
        level=profile["stackLevel"],
        transaction=profile.get("transactionId"),
        begins=_seconds(profile.get("validFrom"), _ALWAYS[0]),
        ends=_seconds(profile.get("validTo"), _ALWAYS[1]),
    )


def _seconds(told: str | None, otherwise: float) -> float:
    return otherwise if told is None else datetime.fromisoformat(told).timestamp()


def _clears(payload: Mapping[str, Any], id_: int, held: _Held) -> bool:
    """Whether a ClearChargingProfile means that one (K10.FR.02, FR.04)."""
    if "chargingProfileId" in payload:
        return bool(payload["chargingProfileId"] == id_)
    criteria = payload.get("chargingProfileCriteria", {})
    return bool(
        criteria.get("evseId", held.evse) == held.evse
        and criteria.get("chargingProfilePurpose", held.purpose) == held.purpose
        and criteria.get("stackLevel", held.level) == held.level
    )


def _place(item: Mapping[str, Any]) -> str:
    named = {name: item.get(name) for name in ("component", "variable")}
    return json.dumps([named, item.get("attributeType", "Actual")], sort_keys=True).casefold()


def _empty(payload: Any, name: str = "") -> Iterator[str]:
    """What is there, and says nothing (part 4, 4.1.5)."""
    parts = payload.items() if isinstance(payload, dict) else enumerate(payload)
    for key, value in parts:
        if value is None or value in ({}, []):
            yield f"{name}{key} is {json.dumps(value)} (4.1.5)"
        elif isinstance(value, dict | list):
            yield from _empty(value, f"{name}{key}.")
