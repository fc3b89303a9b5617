"""Charging profiles act as OCPP 1.6 (3.13, 5.16, 7.8 to 7.14) says."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from simulation.charger.profiles import (
    Limit,
    Profile,
    ProfileRejected,
    ProfileRules,
    ProfileStore,
    Purpose,
    Session,
    Unit,
)

NOON = 1_800_000_000.0
"""Some moment, 2027-01-15T08:00:00Z."""
NOON_TEXT = "2027-01-15T08:00:00Z"
DAY = 86_400.0


def profile(
    id: int = 1,
    *periods: tuple[int, float],
    stack: int = 0,
    purpose: str = "TxDefaultProfile",
    kind: str = "Absolute",
    start: str | None = NOON_TEXT,
    duration: int | None = None,
    unit: str = "A",
    phases: int | None = None,
    transaction: int | None = None,
    **more: Any,
) -> Profile:
    """A profile as it comes over the wire; `periods` are (start, limit)."""
    items = [
        {"startPeriod": offset, "limit": limit} | ({"numberPhases": phases} if phases else {})
        for offset, limit in periods or ((0, 10.0),)
    ]
    schedule: dict[str, Any] = {"chargingRateUnit": unit, "chargingSchedulePeriod": items}
    if start is not None:
        schedule["startSchedule"] = start
    if duration is not None:
        schedule["duration"] = duration
    data: dict[str, Any] = {
        "chargingProfileId": id,
        "stackLevel": stack,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": schedule,
        **more,
    }
    if transaction is not None:
        data["transactionId"] = transaction
    return Profile.from_ocpp(data)


def allowed(store: ProfileStore, at: float = NOON, session: Session | None = None) -> float | None:
    """Amperes on connector 1."""
    limit = store.limit(1, at, session)
    return None if limit is None else limit.amperes


def test_without_a_profile_nothing_is_limited() -> None:
    assert ProfileStore().limit(1, NOON) is None


def test_the_highest_stack_level_counts() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6.0), stack=1))
    store.install(1, profile(2, (0, 16.0), stack=2))
    assert allowed(store) == 16.0


def test_when_a_running_limit_expires_the_standing_one_below_it_holds() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6.0), stack=1))
    store.install(1, profile(2, (0, 16.0), stack=2, duration=300))
    assert allowed(store, NOON + 299.9) == 16.0
    assert allowed(store, NOON + 300.0) == 6.0


def test_a_limit_below_the_standing_one_rises_when_it_expires() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6.0), stack=1))
    store.install(1, profile(2, (0, 0.0), stack=2, duration=300))
    assert allowed(store) == 0.0
    assert allowed(store, NOON + 300.0) == 6.0


def test_a_profile_counts_only_from_valid_from_to_valid_to() -> None:
    store = ProfileStore()
    store.install(
        1, profile(validFrom="2027-01-15T08:01:00Z", validTo="2027-01-15T08:02:00Z", start=None)
    )
    session = Session(start=NOON)
    assert [allowed(store, NOON + s, session) for s in (59, 60, 119, 120)] == [
        None,
        10.0,
        10.0,
        None,
    ]


def test_a_schedule_of_the_future_limits_nothing_yet() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6.0)))
    assert allowed(store, NOON - 1) is None


def test_periods_follow_one_another_and_the_last_one_holds() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 16.0), (180, 6.0)))
    assert [allowed(store, NOON + s) for s in (0, 179, 180, 999_999)] == [16.0, 16.0, 6.0, 6.0]


def test_a_relative_schedule_counts_from_the_start_of_charging() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 16.0), (60, 8.0), kind="Relative", start=None, duration=600))
    session = Session(start=NOON)
    assert [allowed(store, NOON + s, session) for s in (0, 60, 599, 600)] == [
        16.0,
        8.0,
        8.0,
        None,
    ]


def test_an_absolute_schedule_without_a_start_counts_from_the_start_of_charging() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 16.0), (60, 8.0), start=None))
    assert allowed(store, NOON + 60, Session(start=NOON)) == 8.0
    assert allowed(store, NOON + 60, None) is None


def test_a_daily_schedule_comes_back_and_leaves_room_between() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 8.0), kind="Recurring", recurrencyKind="Daily", duration=3600))
    later = NOON + 5 * DAY
    assert allowed(store, later + 3599) == 8.0
    assert allowed(store, later + 3600) is None


def test_a_weekly_schedule_comes_back_after_seven_days() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 8.0), kind="Recurring", recurrencyKind="Weekly", duration=3600))
    assert allowed(store, NOON + DAY) is None
    assert allowed(store, NOON + 7 * DAY) == 8.0


def test_a_tx_profile_overrules_the_default_whatever_their_levels() -> None:
    store = ProfileStore()
    session = Session(start=NOON, transaction_id=5)
    store.install(1, profile(1, (0, 6.0), stack=8))
    store.install(
        1, profile(2, (0, 16.0), stack=0, purpose="TxProfile", transaction=5), session=session
    )
    assert allowed(store, NOON, session) == 16.0


def test_when_a_tx_profile_expires_the_default_holds_again() -> None:
    store = ProfileStore()
    session = Session(start=NOON, transaction_id=5)
    store.install(1, profile(1, (0, 6.0)))
    store.install(
        1, profile(2, (0, 16.0), purpose="TxProfile", transaction=5, duration=60), session=session
    )
    assert allowed(store, NOON + 60, session) == 6.0


def test_a_tx_profile_ends_with_its_transaction() -> None:
    store = ProfileStore()
    session = Session(start=NOON, transaction_id=5)
    store.install(1, profile(2, (0, 16.0), purpose="TxProfile"), session=session)
    store.end_transaction(1)
    assert allowed(store, NOON, session) is None


def test_a_tx_profile_without_its_transaction_is_rejected() -> None:
    store = ProfileStore()
    with pytest.raises(ProfileRejected):
        store.install(1, profile(purpose="TxProfile", transaction=5))
    with pytest.raises(ProfileRejected):
        store.install(
            1,
            profile(purpose="TxProfile", transaction=5),
            session=Session(start=NOON, transaction_id=6),
        )


def test_the_lowest_purpose_counts_not_their_sum() -> None:
    store = ProfileStore()
    store.install(0, profile(1, (0, 12.0), purpose="ChargePointMaxProfile"))
    store.install(1, profile(2, (0, 16.0)))
    assert allowed(store) == 12.0
    store.install(1, profile(2, (0, 8.0)))
    assert allowed(store) == 8.0


def test_a_default_on_connector_0_is_for_all_but_those_with_one_of_their_own() -> None:
    store = ProfileStore()
    store.install(0, profile(1, (0, 8.0)))
    store.install(2, profile(2, (0, 12.0)))
    first, second = store.limit(1, NOON), store.limit(2, NOON)
    assert first == Limit(8.0)
    assert second == Limit(12.0)


def test_a_charge_point_maximum_is_for_connector_0_alone() -> None:
    with pytest.raises(ProfileRejected):
        ProfileStore().install(1, profile(purpose="ChargePointMaxProfile"))


def test_the_same_id_replaces_wherever_it_was() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 8.0), stack=1))
    store.install(1, profile(1, (0, 10.0), stack=3))
    assert len(store) == 1


def test_the_same_level_and_purpose_replaces_on_its_connector_only() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 8.0), stack=1))
    store.install(2, profile(2, (0, 9.0), stack=1))
    store.install(1, profile(3, (0, 10.0), stack=1))
    assert sorted(one.profile.id for one in store) == [2, 3]


def test_some_firmware_wipes_the_other_connectors_profile_of_that_level() -> None:
    store = ProfileStore(ProfileRules(replaces_across_connectors=True))
    store.install(1, profile(1, stack=1))
    store.install(2, profile(2, stack=1))
    assert [one.profile.id for one in store] == [2]


def test_watts_are_for_all_phases_together() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6900.0), unit="W"))
    assert allowed(store) == pytest.approx(10.0)
    store.install(1, profile(1, (0, 2300.0), unit="W", phases=1))
    assert allowed(store) == pytest.approx(10.0)


def test_a_charger_that_knows_its_phases_turns_watts_into_amperes_by_them() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 2300.0), unit="W"))
    assert allowed(store, NOON, Session(start=NOON, phases=1)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("rules", "made"),
    [
        (ProfileRules(max_stack_level=0), lambda: profile(stack=1)),
        (ProfileRules(max_periods=1), lambda: profile(1, (0, 9.0), (60, 8.0))),
        (ProfileRules(units=frozenset({Unit.WATTS})), profile),
        (ProfileRules(purposes=frozenset({Purpose.TX})), profile),
        (ProfileRules(max_installed=0), profile),
    ],
)
def test_what_the_charger_cannot_take_is_rejected(rules: ProfileRules, made: Any) -> None:
    with pytest.raises(ProfileRejected):
        ProfileStore(rules).install(1, made())


@pytest.mark.parametrize(
    "make",
    [
        lambda: profile(1, (10, 6.0)),
        lambda: profile(1, (0, 6.0), (0, 7.0)),
        lambda: profile(1, (0, -1.0)),
        lambda: profile(stack=-1),
        lambda: profile(kind="Recurring"),
        lambda: profile(start="yesterday"),
        lambda: profile(transaction=4),
    ],
)
def test_nonsense_is_rejected(make: Any) -> None:
    with pytest.raises(ProfileRejected):
        make()


def test_clearing_takes_what_matches_everything_that_is_given() -> None:
    store = ProfileStore()
    store.install(1, profile(1, stack=1))
    store.install(1, profile(2, stack=2))
    store.install(2, profile(3, stack=2))
    assert store.clear(stack_level=2, connector=1) == 1
    assert store.clear(id=9) == 0
    assert store.clear(id=3) == 1
    assert store.clear() == 1
    assert len(store) == 0


def test_a_composite_schedule_tells_every_change_to_come() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 6.0), stack=1))
    store.install(1, profile(2, (0, 16.0), (100, 12.0), stack=2, duration=300))
    assert store.composite(1, NOON, 600) == [
        (0, Limit(16.0)),
        (100, Limit(12.0)),
        (300, Limit(6.0)),
    ]


def test_a_composite_schedule_knows_when_days_come_back() -> None:
    store = ProfileStore()
    store.install(1, profile(1, (0, 8.0), kind="Recurring", recurrencyKind="Daily", duration=3600))
    assert store.composite(1, NOON + DAY - 60, 7200) == [
        (0, None),
        (60, Limit(8.0)),
        (3660, None),
    ]


made_profiles = st.builds(
    profile,
    st.integers(1, 6),
    st.tuples(st.just(0), st.sampled_from([0.0, 6.0, 10.0, 16.0])),
    st.tuples(st.integers(1, 500), st.sampled_from([6.0, 8.0, 32.0])),
    stack=st.integers(0, 3),
    purpose=st.sampled_from(["TxDefaultProfile", "TxProfile"]),
    kind=st.sampled_from(["Absolute", "Relative"]),
    duration=st.none() | st.integers(1, 900),
    start=st.none() | st.just(NOON_TEXT),
)


@given(profiles=st.lists(made_profiles, max_size=6), probes=st.lists(st.integers(0, 999)))
def test_a_composite_schedule_and_the_limit_at_a_moment_agree(
    profiles: list[Profile], probes: list[int]
) -> None:
    store = ProfileStore()
    session = Session(start=NOON - 100, transaction_id=1)
    for one in profiles:
        store.install(1, one, session=session)
    schedule = store.composite(1, NOON, 1000, session)
    for probe in probes:
        told = [limit for offset, limit in schedule if offset <= probe][-1]
        assert told == store.limit(1, NOON + probe, session)


@given(profiles=st.lists(made_profiles, max_size=8))
def test_two_profiles_never_share_an_id_or_a_place(profiles: list[Profile]) -> None:
    store = ProfileStore()
    session = Session(start=NOON, transaction_id=1)
    for one in profiles:
        store.install(1, one, session=session)
        assert any(installed.profile is one for installed in store)
    ids = [installed.profile.id for installed in store]
    places = [(one.connector, one.profile.purpose, one.profile.stack_level) for one in store]
    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)
