"""What profiles of a backend allow, beside what a charger makes of them that knows only the specification."""

from datetime import UTC, datetime, timedelta
import math
import random
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends.profiles import (
    Part,
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
        profile((0, 16.0), duration=-1),
        profile((0, 16.0), validFrom="tomorrow"),
        profile((0, 16.0), validTo=""),
        profile((0, 16.0), start=None)
        | {
            "chargingSchedule": profile((0, 16.0))["chargingSchedule"]
            | {"startSchedule": "2030-02-30T00:00:00Z"}
        },
        profile(*((number, 16.0) for number in range(501))),
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


@pytest.mark.parametrize("far", [10**12, 10**15])
def test_no_time_is_so_far_away_that_nothing_is_allowed_any_more(far: int) -> None:
    """A backend that writes the greatest number for 'never'."""
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 10.0), (far, 32.0), duration=far)))
    session = Session("1", NOW)

    assert cap(profiles, NOW, session) == 10.0
    assert profiles.changes(1, NOW, session) is None
    assert list(profiles.schedule([Part(1, session, 3)], NOW, far)) == [(0, 10.0)]


@pytest.mark.parametrize(
    ("start", "limit"),
    [("1970-01-01T00:00:00Z", 6.0), ("0001-01-01T00:00:00", 6.0), ("2030-03-04T11:30:00", 16.0)],
)
def test_a_schedule_of_long_ago_is_at_its_end(start: str, limit: float) -> None:
    made = profile((0, 16.0), (3600, 6.0), start=None)
    made["chargingSchedule"]["startSchedule"] = start
    profiles = Profiles()
    profiles.set(Profile(1, made))

    assert cap(profiles, NOW, Session("1", NOW)) == limit


@pytest.mark.parametrize(
    ("times", "limit"),
    [
        ({"validFrom": "0001-01-01T00:00:00Z", "validTo": "9999-12-31T23:59:59Z"}, 6.0),
        ({"validTo": "0001-01-01T00:00:00Z"}, math.inf),
        ({"validFrom": "9999-12-31T23:59:59Z"}, math.inf),
    ],
)
def test_the_first_year_and_the_last_one_mean_always_and_never(
    times: dict[str, str], limit: float
) -> None:
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 6.0), **times)))

    assert cap(profiles, NOW, Session("1", NOW)) == limit


def test_a_session_that_began_in_the_future_is_at_its_beginning() -> None:
    """Somebody has set the clock back."""
    profiles = Profiles()
    profiles.set(Profile(1, profile((0, 6.0), (3600, 16.0), kind="Relative", start=None)))

    assert cap(profiles, NOW, Session("1", NOW + timedelta(hours=2))) == 6.0


def test_there_is_an_end_to_what_is_kept() -> None:
    profiles = Profiles()
    made = [
        Profile(1, profile(*((second, 16.0) for second in range(500)), id=level, level=level))
        for level in range(11)
    ]
    for one in made[:10]:
        profiles.set(one)
    with pytest.raises(ProfileRefused):
        profiles.set(made[10])
    assert len(profiles) == 10


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2030-03-29T22:00:00+01:00", datetime(2030, 4, 2, tzinfo=UTC)),
        ("2030-10-25T22:00:00+02:00", datetime(2030, 10, 29, tzinfo=UTC)),
    ],
)
def test_a_daily_profile_recurs_every_24_hours_whatever_clocks_on_walls_do(
    first: str, last: datetime
) -> None:
    """OCPP 1.6, 3.13.1, 7.9: the same time of its own zone each day, which knows no summer."""
    made = profile((0, 6.0), (8 * 3600, 16.0), kind="Recurring", recurs="Daily", start=None)
    made["chargingSchedule"]["startSchedule"] = first
    ours = Profiles()
    ours.set(Profile(1, made))
    begins = datetime.fromisoformat(first)
    at = begins
    while at < last:
        held = (at - begins).total_seconds() % 86400.0
        assert cap(ours, at, None) == (6.0 if held < 8 * 3600 else 16.0)
        at += timedelta(minutes=20)
    changes = ours.changes(1, begins + timedelta(days=2, hours=1), None)
    assert changes == begins + timedelta(days=2, hours=8)
