"""Tells people when the mean power of a window was above its limit, and why."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from .. import clock
from ..errors import figure
from ..group.load_manager import LoadManager
from ..issues.table import Repair
from ..issues.tracker import Issue
from ..peaks.keeper import Why

TOLD_FOR: Final = timedelta(days=3)
"""How long a window that is over is worth a repair."""
_WHY: Final[Mapping[Why, Repair]] = {
    Why.BUILDING: Repair.PEAK_EXCEEDED_BUILDING,
    Why.CARS: Repair.PEAK_EXCEEDED_CARS,
    Why.UNSEEN: Repair.PEAK_EXCEEDED_UNSEEN,
}


def peak_issues(manager: LoadManager, *, group: str) -> Iterator[Issue]:
    """What there is to say of a group's windows."""
    keeper = manager.power.peaks
    if keeper is None:
        return
    exceeded = keeper.exceeded
    if exceeded is not None and clock.now() - exceeded.start < TOLD_FOR:
        local = dt_util.as_local(exceeded.start)
        yield Issue(
            key=_WHY[exceeded.why],
            placeholders={
                "group": group,
                "time": f"{local:%Y-%m-%d %H:%M}",
                "mean": figure(exceeded.mean),
                "limit": figure(exceeded.limit),
            },
        )
    if (skew := keeper.energy.refused_skew) is not None:
        yield Issue(
            key=Repair.METER_CLOCK, placeholders={"group": group, "seconds": figure(skew, 0)}
        )
