"""Charging profiles of OCPP 2.0.1 as tests need them."""

from typing import Any

from simulation.charger.v201.profile_store import ProfileRules, ProfileStore
from simulation.charger.v201.profiles import Profile, ProfileRejected, Session

NOON = 1_800_000_000.0
NOON_TEXT = "2027-01-15T08:00:00Z"
"""The same moment."""
DAY = 86_400.0
SESSION = Session(start=NOON, transaction_id="A")


def profile(
    id: int = 1,
    *periods: tuple[int, float],
    stack: int = 0,
    purpose: str = "TxDefaultProfile",
    kind: str = "Absolute",
    start: str | None = NOON_TEXT,
    duration: int | None = None,
    unit: str = "A",
    transaction: str | None = None,
    period: dict[str, Any] | None = None,
    **more: Any,
) -> Profile:
    """A profile as it comes over the wire; `periods` are (start, limit)."""
    schedule: dict[str, Any] = {
        "id": id,
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [
            {"startPeriod": offset, "limit": limit, **(period or {})}
            for offset, limit in periods or ((0, 10.0),)
        ],
    }
    if start is not None and kind not in ("Relative", "Dynamic"):
        schedule["startSchedule"] = start
    if duration is not None:
        schedule["duration"] = duration
    data: dict[str, Any] = {
        "id": id,
        "stackLevel": stack,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": [schedule],
        **more,
    }
    if transaction is not None:
        data["transactionId"] = transaction
    return Profile.from_ocpp(data)


def store_with(*profiles: tuple[int, Profile], evses: int = 2, **rules: Any) -> ProfileStore:
    """A charger in which these are, in a session."""
    store = ProfileStore(ProfileRules(**rules), evses=evses)
    for evse, one in profiles:
        store.install(evse, one, at=NOON, session=SESSION)
    return store


def allowed(
    store: ProfileStore, *after: float, evse: int = 1, session: Session | None = SESSION
) -> list[float | None]:
    """Amperes on an EVSE so many seconds after noon."""
    limits = [store.limit(evse, NOON + seconds, session) for seconds in after]
    return [None if limit is None else round(limit.amperes, 3) for limit in limits]


def refusal(store: ProfileStore, evse: int, make: Any, session: Session | None = SESSION) -> str:
    """The reason code that a profile is refused with; empty where it is taken."""
    try:
        store.install(evse, make() if callable(make) else make, at=NOON, session=session)
    except ProfileRejected as rejected:
        return rejected.code
    return ""
