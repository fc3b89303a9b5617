"""What a charger says that it will allow is believed as far as it says anything."""

from typing import Any

import pytest

from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.limits.reconcile import Outlook, read_outlook
from custom_components.ev_load_manager.csms.transport.calls import CallPriority
from custom_components.ev_load_manager.csms.v16.dialect import MOST_PERIODS, OCPP_1_6


class Answering:
    """A charger with one answer."""

    id = "CP1"
    online = True
    dialect = OCPP_1_6

    def __init__(self, periods: list[dict[str, float]]) -> None:
        """Prepare the answer."""
        self._periods = periods

    async def call(
        self,
        question: Question,
        *,
        timeout: float = 30.0,
        priority: CallPriority = CallPriority.NORMAL,
    ) -> dict[str, Any]:
        """Tell the schedule."""
        return {
            "status": "Accepted",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "duration": 600,
                "chargingSchedulePeriod": self._periods,
            },
        }


@pytest.mark.parametrize(
    ("periods", "outlook"), [(MOST_PERIODS, Outlook(16.0, 6.0)), (MOST_PERIODS + 1, None)]
)
async def test_no_more_periods_are_read_back_than_a_charger_can_have(
    periods: int, outlook: Outlook | None
) -> None:
    told = [{"startPeriod": float(number), "limit": 16.0} for number in range(periods)]
    told[-1]["limit"] = 6.0
    assert await read_outlook(Answering(told), 1, 600, timeout=5.0) == outlook  # type: ignore[arg-type]
