"""What profiles of a backend allow, beside what a charger makes of them that knows only the specification."""

from datetime import UTC, datetime, timedelta
import math
import random
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends.profiles import (
    Profile,
    ProfileRefused,
    Profiles,
    Session,
)
from simulation.charger import profiles as independent

NOW = datetime(2030, 3, 4, 12, 0, tzinfo=UTC)
PURPOSES = ("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile")


def profile(
    *limits: tuple[int, float],
    id: int = 1,
    level: int = 0,
    purpose: str = "TxDefaultProfile",
    kind: str = "Absolute",
    unit: str = "A",
    start: datetime | None = NOW - timedelta(hours=1),
    duration: int | None = None,
    recurs: str | None = None,
    phases: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One as a backend writes it."""
    schedule: dict[str, Any] = {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [
            {
                "startPeriod": begin,
                "limit": limit,
                **({} if phases is None else {"numberPhases": phases}),
            }
            for begin, limit in limits
        ],
    }
    if start is not None:
        schedule["startSchedule"] = start.isoformat()
    if duration is not None:
        schedule["duration"] = duration
    data: dict[str, Any] = {
        "chargingProfileId": id,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
        **more,
    }
    if recurs is not None:
        data["recurrencyKind"] = recurs
    return data


def cap(profiles: Profiles, at: datetime, session: Session | None, phases: int | None = 3) -> float:
    """A per phase at an outlet; infinite: nothing is said."""
    return min((one.amperes(phases) for one in profiles.allowed(1, at, session)), default=math.inf)


def some(number: random.Random) -> tuple[int, dict[str, Any]]:
    """Any profile, and the outlet that it is for."""
    purpose = number.choice(PURPOSES)
    kind = number.choice(
        ("Absolute", "Recurring", *(() if purpose == PURPOSES[0] else ("Relative",)))
    )
    begins = sorted({0, *(number.randrange(1, 90_000) for _ in range(number.randrange(4)))})
    made = profile(
        *((begin, float(number.randrange(0, 33))) for begin in begins),
        id=number.randrange(12),
        level=number.randrange(4),
        purpose=purpose,
        kind=kind,
        unit=number.choice(("A", "A", "W")),
        start=NOW + timedelta(seconds=number.randrange(-200_000, 20_000))
        if kind != "Absolute" or number.random() < 0.8
        else None,
        duration=number.choice((None, number.randrange(1, 100_000))),
        recurs=number.choice(("Daily", "Weekly")) if kind == "Recurring" else None,
        phases=number.choice((None, 1, 3)),
    )
    if number.random() < 0.3:
        made["validFrom"] = (NOW + timedelta(seconds=number.randrange(-9_000, 9_000))).isoformat()
    if number.random() < 0.3:
        made["validTo"] = (NOW + timedelta(seconds=number.randrange(-9_000, 90_000))).isoformat()
    if made["chargingSchedule"]["chargingRateUnit"] == "W":
        for period in made["chargingSchedule"]["chargingSchedulePeriod"]:
            period["limit"] *= 690.0
    return (0 if purpose == PURPOSES[0] else number.choice((0, 1)) if "D" in purpose else 1), made


@pytest.mark.parametrize("seed", range(60))
def test_stacks_allow_what_an_independent_reading_of_the_specification_says(seed: int) -> None:
    number = random.Random(seed)
    ours = Profiles()
    theirs = independent.ProfileStore(independent.ProfileRules(max_installed=99))
    began = NOW - timedelta(seconds=number.randrange(20_000))
    session = Session("7", began)
    phases = number.choice((1, 3))
    their_session = independent.Session(start=began.timestamp(), transaction_id=7, phases=phases)
    for _ in range(12):
        outlet, made = some(number)
        ours.set(
            Profile(outlet, made, "7" if made["chargingProfilePurpose"] == "TxProfile" else None)
        )
        theirs.install(outlet, independent.Profile.from_ocpp(made), session=their_session)
        if number.random() < 0.2:
            gone = number.randrange(12)
            assert ours.clear(id=gone) == bool(theirs.clear(id=gone))
    assert len(ours) == len(theirs)
    told = 0
    for _ in range(200):
        at = NOW + timedelta(seconds=number.uniform(-3_600, 300_000))
        if at < began:
            continue
        limit = theirs.limit(1, at.timestamp(), their_session)
        expected = math.inf if limit is None else limit.amperes
        assert cap(ours, at, session, phases) == pytest.approx(expected)
        told += limit is not None
    assert told


@pytest.mark.parametrize("seed", range(20))
def test_it_is_known_when_a_cap_may_change(seed: int) -> None:
    """Between two moments that are told, nothing changes."""
    number = random.Random(seed)
    ours = Profiles()
    session = Session("7", NOW - timedelta(minutes=5))
    for _ in range(6):
        outlet, made = some(number)
        ours.set(
            Profile(outlet, made, "7" if made["chargingProfilePurpose"] == "TxProfile" else None)
        )
    at, held = NOW, cap(ours, NOW, session)
    for _ in range(40):
        until = ours.changes(1, at, session)
        end = at + timedelta(hours=30) if until is None else until
        for share in (0.2, 0.5, 0.9, 0.999):
            assert cap(ours, at + (end - at) * share, session) == held
        if until is None:
            break
        at, held = until, cap(ours, until, session)


def test_relative_counts_from_the_start_of_the_session() -> None:
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 16.0), (3600, 6.0), kind="Relative", start=None)))
    begun = Session("1", NOW)

    assert cap(profiles, NOW, None) == 16.0
    assert cap(profiles, NOW + timedelta(minutes=59), begun) == 16.0
    assert cap(profiles, NOW + timedelta(minutes=61), begun) == 6.0


def test_watts_are_divided_among_the_phases_that_the_car_uses() -> None:
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 4140.0), unit="W")))

    assert cap(profiles, NOW, None, 3) == 6.0
    assert cap(profiles, NOW, None, 1) == 18.0


@pytest.mark.parametrize(
    "wrong",
    [
        profile((5, 16.0)),
        profile((0, 16.0), (0, 6.0)),
        profile((0, -1.0)),
        profile((0, math.nan)),
        profile((0, 16.0), kind="Recurring"),
        profile((0, 16.0), kind="Recurring", recurs="Daily", start=None),
        profile((0, 16.0), purpose="ChargePointMaxProfile"),
        profile((0, 16.0), purpose="TxProfile"),
        profile((0, 16.0), level=-1),
    ],
)
def test_what_the_specification_does_not_allow_is_refused(wrong: dict[str, Any]) -> None:
    profiles = Profiles()
    with pytest.raises(ProfileRefused):
        profiles.set(Profile(1, wrong))
    assert not len(profiles)


def test_profiles_are_read_back_as_they_were_and_what_is_broken_is_left_out() -> None:
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 10.0))))
    stored = profiles.state()

    assert cap(Profiles(stored), NOW, None) == 10.0
    assert len(Profiles([*stored, {"connector": 1}, None, {"connector": 1, "data": {}}])) == 1
