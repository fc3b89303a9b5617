"""What profiles that a charger lists amount to, and which of it is others' doing."""

from datetime import UTC, datetime
import math
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.dialect import Held
from custom_components.ev_load_manager.csms.limits.held import elsewhere, outlook_of
from custom_components.ev_load_manager.csms.models import Purpose
from custom_components.ev_load_manager.csms.v201.dialect import OCPP_2_0_1

OURS = {"default/1", "standing/1"}


def profile(
    name: str, now: float | None, *, purpose: Purpose | None = Purpose.TX_DEFAULT, **more: Any
) -> Held:
    """One that is listed."""
    told: dict[str, Any] = {"connector": 1, "level": 0, "transaction_id": None, **more}
    return Held(name=name, purpose=purpose, now=now, finally_=now, **told)


LIMIT = profile("default/1", 10.0, level=9)
FALLBACK = profile("standing/1", 6.0, level=8)


@pytest.mark.parametrize(
    ("other", "leads"),
    [
        (profile("foreign/7", 32.0, level=50), 32.0),
        (profile("foreign/7", 32.0, level=2), 10.0),
        (profile("foreign/7", 32.0, level=50, connector=2), 10.0),
        (profile("foreign/7", 32.0, level=50, connector=0), 32.0),
        (profile("foreign/7", 32.0, purpose=Purpose.TX, transaction_id="T1"), 32.0),
        (profile("foreign/7", 32.0, purpose=Purpose.TX, transaction_id="T2"), 10.0),
        (profile("foreign/7", 8.0, purpose=Purpose.CHARGE_POINT_MAX, connector=0), 8.0),
        (profile("foreign/7", 8.0, purpose=None, by="EMS"), 10.0),
    ],
)
def test_the_highest_level_leads_and_the_lowest_purpose_holds(other: Held, leads: float) -> None:
    for order in ([FALLBACK, LIMIT, other], [other, LIMIT, FALLBACK]):
        assert outlook_of(order, 1, "T1").now == leads


def test_without_any_nothing_limits() -> None:
    assert outlook_of([], 1, "T1").now == math.inf


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (profile("foreign/7", 8.0, level=50), {1: {"CSO": 8.0}}),
        # Ours are above it, whatever they say.
        (profile("foreign/7", 8.0, level=2), {}),
        (profile("foreign/7", 8.0, level=50, connector=2), {}),
        (
            profile("foreign/7", 20.0, purpose=Purpose.CHARGE_POINT_MAX, connector=0),
            {1: {"CSO": 20.0}},
        ),
        (profile("foreign/7", 8.0, purpose=None, by="EMS", connector=0), {0: {"EMS": 8.0}}),
        # Not at present.
        (profile("foreign/7", None, purpose=None, by="EMS"), {}),
    ],
)
def test_what_others_allow_is_told_apart_from_ours(
    other: Held, found: dict[int, dict[str, float]]
) -> None:
    assert elsewhere([LIMIT, FALLBACK, other], OURS, {1: "T1"}) == found


@pytest.mark.parametrize(
    ("hour", "allowed"), [(5, None), (6, 10.0), (9, 10.0), (10, 16.0), (17, 16.0), (18, None)]
)
@pytest.mark.parametrize(("recurs", "day"), [("Daily", 3), ("Weekly", 8), ("Daily", 1)])
def test_a_schedule_that_recurs_begins_again(
    recurs: str, day: int, hour: int, allowed: float | None
) -> None:
    schedule = {
        "id": 1,
        "chargingRateUnit": "A",
        "startSchedule": "2026-06-01T06:00:00Z",
        "duration": 12 * 3600,
        "chargingSchedulePeriod": [
            {"startPeriod": 0, "limit": 10.0},
            {"startPeriod": 4 * 3600, "limit": 16.0},
        ],
    }
    told = {
        "id": 7,
        "stackLevel": 3,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Recurring",
        "recurrencyKind": recurs,
        "chargingSchedule": [schedule],
    }
    found = OCPP_2_0_1.profiles_told(
        [{"status": "Accepted"}, {"evseId": 1, "chargingProfile": [told]}],
        datetime(2026, 6, day, hour, 30, tzinfo=UTC),
    )
    assert found is not None
    assert found[0].now == allowed
