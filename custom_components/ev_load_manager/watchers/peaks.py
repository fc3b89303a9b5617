"""Tells people when a window was above its limit, and why; and what of counts and tariffs is doubted."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from .. import clock
from ..errors import figure
from ..group.load_manager import LoadManager
from ..issues.table import Repair
from ..issues.tracker import Issue
from ..peaks.keeper import PeakKeeper, Why

TOLD_FOR: Final = timedelta(days=3)
"""How long a window that is over is worth a repair."""
UNREAD_FOR: Final = 300.0
"""Seconds after which people are told that a calendar can't be read; while Home Assistant starts none can."""
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
    yield from _not_believed(keeper, group)
    calendar = manager.power.calendar
    if calendar.unread_for > UNREAD_FOR:
        yield Issue(
            key=Repair.CALENDAR_NOT_READ,
            placeholders={
                "group": group,
                "calendar": calendar.name,
                "limit": figure(keeper.limit / 1000.0),
            },
        )
    tariff, version = keeper.settings.tariff, keeper.unknown_tariff(clock.now())
    if tariff is not None and version is not None:
        ends = "…" if version.valid_to is None else version.valid_to.isoformat()
        dates = f"{version.valid_from.isoformat()} – {ends}"
        placeholders = {"group": group, "tariff": tariff.name, "dates": dates}
        yield Issue(key=Repair.TARIFF_NOT_KNOWN, placeholders=placeholders)


def _not_believed(keeper: PeakKeeper, group: str) -> Iterator[Issue]:
    """The meter's own counts that do not fit what it shows."""
    for key, trust in (
        (Repair.METER_AVERAGE_DIFFERS, keeper.energy.average_trust),
        (Repair.METER_REGISTER_DIFFERS, keeper.energy.register_trust),
    ):
        if trust.refused:
            yield Issue(key=key, placeholders={"group": group})
