"""Charging profiles act as OCPP 2.0.1 and 2.1 say (part 2, block K).

The tables are worked out by hand from the requirements that stand beside them.
"""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from simulation.charger.v201.profile_store import ProfileStore
from simulation.charger.v201.profiles import Kind, Limit, Profile, Purpose, Session
from tests.simulation.charger.v201.profiles import (
    DAY,
    NOON,
    SESSION,
    allowed,
    profile,
    refusal,
    store_with,
)

MAX, TX = "ChargingStationMaxProfile", "TxProfile"


def test_without_a_profile_nothing_is_limited() -> None:
    assert allowed(store_with(), 0) == [None]


# -- time (K01.FR.10 to FR.12, FR.31, FR.35, FR.37; 3.9) --------------------


@pytest.mark.parametrize(
    ("made", "table"),
    [
        # Absolute: nothing before its start, and the last period holds for ever.
        (
            {"periods": ((0, 16.0), (180, 6.0))},
            {-1: None, 0: 16.0, 179: 16.0, 180: 6.0, 999_999: 6.0},
        ),
        # duration ends it, also within a period.
        (
            {"periods": ((0, 16.0), (180, 6.0)), "duration": 300},
            {0: 16.0, 299: 6.0, 300: None},
        ),
        ({"periods": ((0, 16.0), (180, 6.0)), "duration": 100}, {99: 16.0, 100: None, 180: None}),
        # validFrom and validTo cut what the schedule says, and don't move it.
        (
            {
                "periods": ((0, 16.0), (90, 6.0)),
                "validFrom": "2027-01-15T08:01:00Z",
                "validTo": "2027-01-15T08:02:00Z",
            },
            {0: None, 59: None, 60: 16.0, 89: 16.0, 90: 6.0, 119: 6.0, 120: None},
        ),
        # Relative: from the start of the transaction, which is noon here.
        (
            {"periods": ((0, 16.0), (60, 8.0)), "kind": "Relative", "duration": 600},
            {0: 16.0, 59: 16.0, 60: 8.0, 599: 8.0, 600: None},
        ),
        # Daily, for an hour; weekly likewise.
        (
            {"kind": "Recurring", "recurrencyKind": "Daily", "duration": 3600},
            {0: 10.0, 3599: 10.0, 3600: None, DAY - 1: None, DAY: 10.0, 5 * DAY + 3599: 10.0},
        ),
        (
            {"kind": "Recurring", "recurrencyKind": "Weekly", "duration": 3600},
            {-1: None, 0: 10.0, DAY: None, 7 * DAY: 10.0, 7 * DAY + 3600: None},
        ),
        # Without a duration its last period holds until it comes back.
        (
            {
                "periods": ((0, 16.0), (3600, 6.0)),
                "kind": "Recurring",
                "recurrencyKind": "Daily",
            },
            {3599: 16.0, 3600: 6.0, DAY - 1: 6.0, DAY: 16.0, DAY + 3600: 6.0},
        ),
        # A start in the past, as one writes it for a clock that may be behind.
        (
            {"periods": ((0, 6.0),), "start": "2027-01-15T07:59:00Z", "duration": 360},
            {-60: 6.0, 0: 6.0, 299: 6.0, 300: None},
        ),
    ],
)
def test_a_schedule_holds_when_the_specification_says(
    made: dict[str, Any], table: dict[float, float | None]
) -> None:
    made = dict(made)
    store = store_with((1, profile(1, *made.pop("periods", ()), **made)))
    assert allowed(store, *table) == list(table.values())


def test_a_relative_schedule_says_nothing_while_nobody_charges() -> None:
    store = store_with((1, profile(kind="Relative")))
    assert allowed(store, 0, session=None) == [None]


# -- which one leads (block K, 3.4, 3.5; K01.FR.17, FR.32; K02.FR.04) --------


@pytest.mark.parametrize(
    ("profiles", "table"),
    [
        # The highest level that says something now.
        (
            [
                (1, profile(1, (0, 6.0), stack=1)),
                (1, profile(2, (0, 16.0), stack=2, duration=300)),
            ],
            {0: 16.0, 299: 16.0, 300: 6.0},
        ),
        # A running limit below the standing one rises when it ends.
        (
            [(1, profile(1, (0, 6.0), stack=1)), (1, profile(2, (0, 0.0), stack=2, duration=300))],
            {0: 0.0, 300: 6.0},
        ),
        # Those of EVSE 0 and of the EVSE are one stack.
        (
            [
                (0, profile(1, (0, 6.0), stack=3)),
                (1, profile(2, (0, 16.0), stack=2)),
            ],
            {0: 6.0},
        ),
        (
            [
                (0, profile(1, (0, 6.0), stack=1)),
                (1, profile(2, (0, 16.0), stack=2, duration=60)),
            ],
            {0: 16.0, 60: 6.0},
        ),
        # A TxProfile overrules every default, whatever their levels, up and down.
        (
            [
                (1, profile(1, (0, 0.0), stack=8)),
                (
                    1,
                    profile(
                        2, (0, 16.0), stack=0, purpose="TxProfile", transaction="A", duration=60
                    ),
                ),
            ],
            {0: 16.0, 59: 16.0, 60: 0.0},
        ),
        # The lowest of the purposes, and not the sum of them.
        (
            [
                (0, profile(1, (0, 12.0), purpose="ChargingStationMaxProfile", duration=60)),
                (1, profile(2, (0, 16.0))),
            ],
            {0: 12.0, 60: 16.0},
        ),
        (
            [
                (0, profile(1, (0, 12.0), purpose="ChargingStationMaxProfile")),
                (1, profile(2, (0, 10.0))),
                (
                    1,
                    profile(3, (0, 14.0), purpose="TxProfile", transaction="A", duration=60),
                ),
            ],
            {0: 12.0, 60: 10.0},
        ),
    ],
)
def test_the_right_profile_leads(
    profiles: list[tuple[int, Profile]], table: dict[float, float | None]
) -> None:
    assert allowed(store_with(*profiles), *table) == list(table.values())


def test_a_default_for_all_is_for_every_evse_and_one_evses_own_for_it_alone() -> None:
    store = store_with((0, profile(1, (0, 8.0), stack=1)), (2, profile(2, (0, 12.0), stack=2)))
    assert allowed(store, 0, evse=1) == [8.0]
    assert allowed(store, 0, evse=2) == [12.0]


def test_a_limit_from_outside_is_never_exceeded_and_no_central_system_clears_it() -> None:
    store = store_with((1, profile(1, (0, 16.0), purpose="TxProfile", transaction="A")))
    outside = profile(900, (0, 8.0), purpose="ChargingStationExternalConstraints")
    store.limit_externally(1, outside, "EMS")
    assert allowed(store, 0) == [8.0]
    assert store.clear(id=900) == store.clear(purpose=Purpose.EXTERNAL) == 0
    assert refusal(store, 1, profile(900, (0, 32.0))) == "InvalidProfile"
    assert store.lift_external(1, "EMS") == 1
    assert allowed(store, 0) == [16.0]


def test_a_tx_profile_ends_with_its_transaction_and_a_default_does_not() -> None:
    store = store_with(
        (1, profile(1, (0, 6.0))),
        (1, profile(2, (0, 16.0), purpose="TxProfile", transaction="A")),
    )
    store.end_transaction("A")
    assert [one.profile.id for one in store] == [1]


# -- watts and phases (K01.FR.49 to FR.51) ----------------------------------


@pytest.mark.parametrize(
    ("watts", "period", "in_use", "amperes"),
    [
        # 6900 W / (3 x 230 V); where nobody says how many phases, three are meant.
        (6900.0, {}, None, 10.0),
        (2300.0, {"numberPhases": 1}, None, 10.0),
        (4600.0, {"numberPhases": 2}, None, 10.0),
        # A charger that knows that its car uses one phase.
        (2300.0, {}, 1, 10.0),
        # 2.1: each phase its own; the pilot signal shows the lowest.
        (2300.0, {"limit_L2": 1380.0, "limit_L3": 3680.0}, None, 6.0),
    ],
)
def test_watts_become_amperes_by_phases(
    watts: float, period: dict[str, Any], in_use: int | None, amperes: float
) -> None:
    store = store_with((1, profile(1, (0, watts), unit="W", period=period)), switches_phases=True)
    session = Session(start=NOON, transaction_id="A", phases=in_use)
    assert allowed(store, 0, session=session) == [amperes]


def test_limits_of_single_phases_show_the_lowest() -> None:
    store = store_with((1, profile(1, (0, 16.0), period={"limit_L2": 7.0, "limit_L3": 9.0})))
    assert allowed(store, 0) == [7.0]


def test_one_phase_and_which_is_handed_to_the_contactor() -> None:
    store = store_with(
        (1, profile(1, (0, 16.0), period={"numberPhases": 1, "phaseToUse": 2})),
        switches_phases=True,
        chooses_phase=True,
    )
    assert store.limit(1, NOON, SESSION) == Limit(16.0, 1, 2)


# -- clearing and finding (K09, K10) ----------------------------------------


def test_clearing_takes_an_id_or_what_matches_everything_that_is_given() -> None:
    store = store_with(
        (1, profile(1, stack=1)),
        (1, profile(2, stack=2)),
        (2, profile(3, stack=2)),
        (0, profile(4, stack=2, purpose=MAX)),
    )
    assert store.clear(evse=1, stack_level=2) == 1
    assert store.clear(id=9) == 0
    # With an id nothing else counts.
    assert store.clear(id=3, stack_level=7) == 1
    assert store.clear(purpose=Purpose.STATION_MAX) == 1
    assert store.clear() == 1


def test_profiles_are_found_by_everything_that_is_given() -> None:
    store = store_with((1, profile(1, stack=1)), (1, profile(2, stack=2)), (2, profile(3, stack=2)))
    store.limit_externally(
        0, profile(9, stack=2, purpose="ChargingStationExternalConstraints"), "SO"
    )

    def found(**criteria: Any) -> list[int]:
        return [one.profile.id for one in store.find(**criteria)]

    assert found() == [1, 2, 3, 9]
    assert found(evse=1) == [1, 2]
    assert found(ids=(2, 3)) == [2, 3]
    assert found(stack_level=2, purpose=Purpose.TX_DEFAULT) == [2, 3]
    assert found(sources=("SO", "EMS")) == [9]


# -- without the central system (K01.FR.27; 2.1: FR.101 to FR.103) -----------


@pytest.mark.parametrize(
    ("more", "offline", "back"),
    [
        # Without maxOfflineDuration nothing changes.
        ({}, {0: 16.0, 999: 16.0}, 16.0),
        # It gives way after so long, and is valid again on return.
        ({"maxOfflineDuration": 300}, {299: 16.0, 300: 6.0}, 16.0),
        ({"maxOfflineDuration": 0}, {0: 6.0}, 16.0),
        # Or it is not.
        ({"maxOfflineDuration": 300, "invalidAfterOfflineDuration": True}, {300: 6.0}, 6.0),
    ],
)
def test_a_profile_ends_with_a_long_absence(
    more: dict[str, Any], offline: dict[float, float], back: float
) -> None:
    store = store_with(
        (1, profile(1, (0, 6.0), stack=1)), (1, profile(2, (0, 16.0), stack=2, **more))
    )
    store.offline_since = NOON
    assert allowed(store, *offline) == list(offline.values())
    store.come_back(NOON + 1000)
    assert allowed(store, 1000) == [back]


def test_a_short_absence_costs_nothing() -> None:
    store = store_with(
        (1, profile(2, (0, 16.0), maxOfflineDuration=300, invalidAfterOfflineDuration=True))
    )
    store.offline_since = NOON
    store.come_back(NOON + 299)
    assert allowed(store, 9999) == [16.0]


def test_a_reboot_costs_only_what_a_charger_does_not_keep() -> None:
    made = (
        (1, profile(1, (0, 6.0), stack=1)),
        (1, profile(2, (0, 16.0), stack=2, duration=300)),
        (1, profile(3, purpose=TX, transaction="A")),
    )
    store = store_with(*made)
    assert store.keep_only(frozenset(Purpose)) == 0
    assert store.keep_only({Purpose.TX_DEFAULT}) == 1
    assert store.keep_only({Purpose.TX_DEFAULT}, endless=True) == 1
    assert [one.profile.id for one in store] == [1]


def test_a_dynamic_limit_is_changed_without_another_profile() -> None:
    kinds = frozenset(Kind)
    store = store_with((1, profile(1, (0, 6.0), stack=1)), kinds=kinds)
    store.install(1, profile(2, (0, 16.0), stack=2, kind="Dynamic", duration=60), at=NOON)
    assert allowed(store, 0, 59, 60) == [16.0, 16.0, 6.0]
    assert store.update(2, 9.0, (), NOON + 100)
    assert not store.update(1, 9.0, (), NOON + 100)
    assert allowed(store, 100, 159, 160) == [9.0, 9.0, 6.0]


def test_priority_charging_is_instead_of_everything_but_the_stations_own() -> None:
    purposes = frozenset(Purpose) - {Purpose.LOCAL_GENERATION}
    store = store_with(
        (0, profile(1, (0, 20.0), purpose=MAX)),
        (1, profile(2, (0, 6.0), purpose=TX, transaction="A")),
        (1, profile(3, (0, 32.0), purpose="PriorityCharging")),
        purposes=purposes,
    )
    assert allowed(store, 0) == [6.0]
    store.priority.add("A")
    assert allowed(store, 0) == [20.0]
    store.end_transaction("A")
    assert store.priority == set()


# -- what real ones do ------------------------------------------------------


def test_some_honour_one_end_of_a_profile_and_not_the_other() -> None:
    end = "2027-01-15T08:05:00Z"
    made = (1, profile(1, (0, 6.0), duration=300, validTo=end))
    for rules in ({"ignores_duration": True}, {"ignores_valid_to": True}):
        assert allowed(store_with(made, **rules), 299, 300) == [6.0, None]
    assert allowed(store_with(made, ignores_duration=True, ignores_valid_to=True), 300) == [6.0]


def test_some_count_an_absolute_schedule_without_a_start_from_the_transaction() -> None:
    made = (1, profile(1, (0, 16.0), (60, 8.0), start=None))
    assert allowed(store_with(made, takes_absolute_without_start=True), 59, 60) == [16.0, 8.0]


def test_some_replace_what_lies_on_a_level_as_before() -> None:
    store = store_with((1, profile(1, stack=1)), replaces_same_place=True)
    assert refusal(store, 1, profile(2, stack=1)) == ""
    assert [one.profile.id for one in store] == [2]


# -- composite schedules (K08) ----------------------------------------------


def test_a_composite_schedule_tells_every_change_to_come() -> None:
    store = store_with(
        (0, profile(1, (0, 20.0), (200, 10.0), purpose=MAX)),
        (1, profile(2, (0, 6.0), stack=1)),
        (1, profile(3, (0, 16.0), (100, 12.0), stack=2, duration=300)),
    )
    assert store.composite(1, NOON, 600, SESSION) == [
        (0, Limit(16.0)),
        (100, Limit(12.0)),
        (200, Limit(10.0)),
        (300, Limit(6.0)),
    ]


made_profiles = st.builds(
    profile,
    st.integers(1, 6),
    st.tuples(st.just(0), st.sampled_from([0.0, 6.0, 10.0, 16.0])),
    st.tuples(st.integers(1, 500), st.sampled_from([6.0, 8.0, 32.0])),
    stack=st.integers(0, 3),
    purpose=st.sampled_from(["TxDefaultProfile", "TxProfile", MAX]),
    kind=st.sampled_from(["Absolute", "Relative"]),
    duration=st.none() | st.integers(1, 900),
    validTo=st.sampled_from(["2027-01-15T08:04:00Z", "2027-01-15T08:11:00Z"]),
)


def _installed(profiles: list[tuple[int, Profile]]) -> ProfileStore:
    """A charger to which all these were sent, of which it took what it had to."""
    store = ProfileStore(evses=2)
    for evse, one in profiles:
        refusal(store, evse, _for_a_transaction(one))
    return store


def _for_a_transaction(one: Profile) -> Profile:
    if one.purpose is not Purpose.TX:
        return one
    return Profile.from_ocpp({**one.data, "transactionId": "A"})


sent = st.lists(st.tuples(st.integers(0, 2), made_profiles), max_size=8)


@given(profiles=sent, probes=st.lists(st.integers(0, 999)))
def test_a_composite_schedule_and_the_limit_at_a_moment_agree(
    profiles: list[tuple[int, Profile]], probes: list[int]
) -> None:
    store = _installed(profiles)
    schedule = store.composite(1, NOON, 1000, SESSION)
    for probe in probes:
        told = [limit for offset, limit in schedule if offset <= probe][-1]
        assert told == store.limit(1, NOON + probe, SESSION)


@given(profiles=sent)
def test_no_two_profiles_share_an_id_or_a_place(profiles: list[tuple[int, Profile]]) -> None:
    store = _installed(profiles)
    ids = [one.profile.id for one in store]
    # All of these overlap in time.
    places = [(one.evse, one.profile.purpose, one.profile.stack_level) for one in store]
    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)
    defaults = [one for one in store if one.profile.purpose is Purpose.TX_DEFAULT]
    for_all = {one.profile.stack_level for one in defaults if one.evse == 0}
    assert not for_all & {one.profile.stack_level for one in defaults if one.evse > 0}


@given(profiles=sent, at=st.integers(0, 999))
def test_no_profile_raises_what_the_station_may_have(
    profiles: list[tuple[int, Profile]], at: int
) -> None:
    store = _installed(profiles)
    whole = store.station_limit(NOON + at, SESSION)
    limit = store.limit(1, NOON + at, SESSION)
    assert whole is None or (limit is not None and limit.amperes <= whole.amperes)
