"""Which charging profiles are refused, and why (OCPP 2.0.1, K01.FR.03 to FR.53)."""

from typing import Any

import pytest

from simulation.charger.v201.profiles import Profile, Session, Unit
from tests.simulation.charger.v201.profiles import NOON, NOON_TEXT, profile, refusal, store_with

MAX, TX = "ChargingStationMaxProfile", "TxProfile"


@pytest.mark.parametrize(
    ("code", "rules", "evse", "make"),
    [
        ("UnknownEvse", {}, 3, profile),  # FR.28
        ("InvalidProfile", {}, 0, lambda: profile(purpose="ChargingStationExternalConstraints")),
        ("InvalidProfile", {}, 1, lambda: profile(purpose=MAX)),
        ("InvalidProfile", {}, 0, lambda: profile(purpose=MAX, kind="Relative")),  # FR.38
        ("MissingParam", {}, 1, lambda: profile(purpose=TX)),  # FR.03
        ("InvalidProfile", {}, 0, lambda: profile(purpose=TX, transaction="A")),  # FR.16
        ("TxNotFound", {}, 1, lambda: profile(purpose=TX, transaction="B")),  # FR.33
        ("InvalidProfile", {}, 1, lambda: profile(transaction="A")),
        ("UnsupportedRateUnit", {"units": frozenset({Unit.WATTS})}, 1, profile),  # FR.26
        ("InvalidStackLevel", {"max_stack_level": 2}, 1, lambda: profile(stack=3)),
        ("InvalidStackLevel", {}, 1, lambda: profile(stack=-1)),
        ("TooManyElements", {"max_periods": 1}, 1, lambda: profile(1, (0, 9.0), (60, 8.0))),
        ("TooManyElements", {"max_installed": 0}, 1, profile),
        ("InvalidSchedule", {}, 1, lambda: profile(1, (10, 6.0))),  # FR.31
        ("InvalidSchedule", {}, 1, lambda: profile(1, (0, 6.0), (0, 7.0))),  # FR.35
        ("InvalidSchedule", {}, 1, lambda: profile(1, (0, 6.0), (9, 7.0), (5, 8.0))),
        ("InvalidSchedule", {}, 1, lambda: profile(1, (0, -1.0))),
        ("InvalidSchedule", {}, 1, lambda: profile(1, (0, 6.25))),
        ("InvalidSchedule", {}, 1, lambda: profile(start=None)),  # FR.40
        (
            "InvalidSchedule",
            {},
            1,
            lambda: profile(start=None, kind="Recurring", recurrencyKind="Daily"),
        ),
        ("InvalidSchedule", {}, 1, lambda: profile(kind="Recurring")),
        ("InvalidSchedule", {}, 1, lambda: profile(start="yesterday")),
        ("UnsupportedParam", {}, 1, lambda: profile(period={"numberPhases": 1})),  # FR.43
        (
            "InvalidSchedule",
            {"switches_phases": True},
            1,
            lambda: profile(period={"numberPhases": 1, "phaseToUse": 2}),  # FR.20
        ),
        (
            "InvalidSchedule",
            {"switches_phases": True, "chooses_phase": True},
            1,
            lambda: profile(period={"numberPhases": 3, "phaseToUse": 2}),  # FR.19
        ),
        ("InvalidProfile", {}, 1, lambda: profile(kind="Dynamic")),
        ("InvalidProfile", {}, 1, lambda: profile(purpose="PriorityCharging")),
        ("InvalidProfile", {"least_own_id": 100}, 1, lambda: profile(100)),  # 2.1, FR.80
    ],
)
def test_what_the_specification_forbids_is_refused(
    code: str, rules: dict[str, Any], evse: int, make: Any
) -> None:
    store = store_with(**rules)
    assert refusal(store, evse, make) == code
    assert len(store) == 0


def test_a_relative_schedule_with_a_start_is_refused() -> None:
    data = dict(profile(kind="Relative").data)
    data["chargingSchedule"] = [{**data["chargingSchedule"][0], "startSchedule": NOON_TEXT}]
    assert refusal(store_with(), 1, lambda: Profile.from_ocpp(data)) == "InvalidSchedule"


def test_a_tx_profile_needs_somebody_who_charges() -> None:
    made = profile(purpose=TX, transaction="A")
    assert refusal(store_with(), 1, made, session=None) == "TxNotFound"


def test_three_schedules_are_for_cars_that_told_what_they_need() -> None:
    data = dict(profile(purpose=TX, transaction="A").data)
    data["chargingSchedule"] = [*data["chargingSchedule"]] * 3
    store = store_with()
    assert refusal(store, 1, lambda: Profile.from_ocpp(data)) == "TooManyElements"
    told = Session(start=NOON, transaction_id="A", told_needs=True)
    assert refusal(store, 1, lambda: Profile.from_ocpp(data), told) == ""


@pytest.mark.parametrize(
    ("there", "comes", "code"),
    [
        # The same id replaces, on another level, another EVSE, for another purpose (FR.05).
        ((1, profile(1, stack=1)), (1, profile(1, stack=3)), ""),
        ((1, profile(1, stack=1)), (2, profile(1, stack=1)), ""),
        ((1, profile(1, stack=1)), (0, profile(1, stack=1)), ""),
        ((1, profile(1, stack=1)), (0, profile(1, purpose=MAX)), ""),
        # Another id on the same level, at the same time (FR.06).
        ((1, profile(1, stack=1)), (1, profile(2, stack=1)), "DuplicateProfile"),
        ((0, profile(1, purpose=MAX)), (0, profile(2, purpose=MAX)), "DuplicateProfile"),
        (
            (1, profile(1, validTo="2027-01-15T09:00:00Z")),
            (1, profile(2, validFrom="2027-01-15T08:59:59Z")),
            "DuplicateProfile",
        ),
        # One after the other is allowed, and so are other levels, EVSEs and purposes.
        (
            (1, profile(1, validTo="2027-01-15T09:00:00Z")),
            (1, profile(2, validFrom="2027-01-15T09:00:00Z")),
            "",
        ),
        ((1, profile(1, stack=1)), (1, profile(2, stack=2)), ""),
        ((1, profile(1, stack=1)), (2, profile(2, stack=1)), ""),
        ((1, profile(1)), (1, profile(2, purpose=TX, transaction="A")), ""),
        # A transaction's levels (FR.39), whatever their validity.
        (
            (1, profile(1, purpose=TX, transaction="A", validTo=NOON_TEXT)),
            (1, profile(2, purpose=TX, transaction="A", validFrom=NOON_TEXT)),
            "DuplicateProfile",
        ),
        # A default for all beside one's own, on one level (FR.52, FR.53).
        ((1, profile(1, stack=1)), (0, profile(2, stack=1)), "DuplicateProfile"),
        ((0, profile(1, stack=1)), (1, profile(2, stack=1)), "DuplicateProfile"),
        ((0, profile(1, stack=1)), (1, profile(2, stack=2)), ""),
    ],
)
def test_two_profiles_never_want_the_same_place(
    there: tuple[int, Profile], comes: tuple[int, Profile], code: str
) -> None:
    store = store_with(there)
    assert refusal(store, *comes) == code
    ids = [one.profile.id for one in store]
    assert ids == ([there[1].id] if code else sorted({there[1].id, comes[1].id}))
