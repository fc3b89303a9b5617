"""What a charger says that it will allow (GetCompositeSchedule)."""

from typing import Final, NamedTuple

from ..transport.calls import CallPriority
from ..transport.reachable import ReachableCharger

MOST_PERIODS: Final = 1000
"""A schedule with more is none: OCPP 1.6, 7.8 has chargers say how many they take, some 20."""


class Outlook(NamedTuple):
    """What a charger will allow a connector, A per phase."""

    now: float
    finally_: float
    """At the end of the time that was asked for."""

    def shows(self, limit: float, fallback: float) -> bool:
        """Whether it is `limit` now and `fallback` in the end."""
        return _same(self.now, limit) and _same(self.finally_, fallback)

    def ends_in(self, fallback: float) -> bool:
        """Whether it is `fallback` in the end."""
        return _same(self.finally_, fallback)


async def read_outlook(
    charger: ReachableCharger, connector: int, seconds: int, *, timeout: float
) -> Outlook | None:
    """Ask for the next `seconds`; None where the answer says nothing of them.

    Some accept and tell no periods, or a limit of -1, or only of what is now.
    Raises CallError, CallTimeout, NotConnected.
    """
    answer = await charger.call(
        "GetCompositeSchedule",
        {"connectorId": connector, "duration": seconds, "chargingRateUnit": "A"},
        timeout=timeout,
        priority=CallPriority.BACKGROUND,
    )
    schedule = answer.get("chargingSchedule")
    if answer.get("status") != "Accepted" or not isinstance(schedule, dict):
        return None
    if schedule.get("chargingRateUnit") != "A":
        return None
    periods = _periods(schedule.get("chargingSchedulePeriod"))
    if not periods or periods[0][0] != 0 or any(limit < 0 for _, limit in periods):
        return None
    duration = schedule.get("duration")
    whole = isinstance(duration, int) and duration >= seconds
    if len(periods) == 1 and not whole:
        return None
    return Outlook(periods[0][1], periods[-1][1])


def _periods(told: object) -> list[tuple[float, float]]:
    """Start (s) and limit (A) of each period, in order; empty where one is nonsense."""
    if isinstance(told, list) and len(told) > MOST_PERIODS:
        return []
    try:
        found = [
            (float(period["startPeriod"]), float(period["limit"]))
            for period in (told if isinstance(told, list) else ())
        ]
    except KeyError, OverflowError, TypeError, ValueError:
        return []
    return sorted(found)


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.15
