"""Tells people of a charger that does not do what it is told, or suffers from it."""

from collections.abc import Iterable, Iterator
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..csms.backends.backend import State
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.charge_point.reports import ReportKind
from ..csms.limits.connector_limit import ConnectorLimit
from ..errors import figure
from ..group.backends import Standing
from ..group.load_manager import EvLoadManagerConfigEntry
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, IssueTracker, tag_of

BACKEND_AWAY_FOR: Final = 3600.0
"""Seconds after which people hear of a backend that is not there."""


def issues_of(control: ChargerControl, *, charger: str, group: str) -> Iterator[Issue]:
    """What is wrong with a charger; `charger` and `group` are their names."""
    names = {"charger": charger, "group": group}
    keepers = control.limits.keepers.values()
    if (worst := _worst(keepers)) is not None:
        yield Issue(
            key=Repair.DOES_NOT_OBEY,
            placeholders=names
            | {"drawn": figure(worst.compliance.drawn, 0), "offered": figure(_offered(worst), 0)},
        )
    if (error := _refusal(keepers)) is not None:
        yield Issue(key=Repair.TAKES_NO_LIMITS, placeholders=names | {"error": as_it_is(error)})
    if control.does_not_answer:
        yield Issue(key=Repair.DOES_NOT_ANSWER, placeholders=names)
    if control.limits.is_written_too_often:
        # How many more there are by the minute is nothing to be told anew.
        yield Issue(key=Repair.WRITTEN_TOO_OFTEN, placeholders=names)
    for report in control.failed_reports:
        key = Repair.FIRMWARE_FAILED if report.kind is ReportKind.FIRMWARE else Repair.UPLOAD_FAILED
        yield Issue(key=key, placeholders=names | {"status": as_it_is(report.status)})


def _worst(keepers: Iterable[ConnectorLimit]) -> ConnectorLimit | None:
    """The outlet that draws the most above what it was offered."""
    return max(
        (keeper for keeper in keepers if keeper.disobeys),
        key=lambda keeper: keeper.compliance.drawn - _offered(keeper),
        default=None,
    )


def _offered(keeper: ConnectorLimit) -> float:
    return max(keeper.offer.possible, default=0.0)


def _refusal(keepers: Iterable[ConnectorLimit]) -> str | None:
    """Why an outlet has no limit at all, in its own words; None where each has one.

    A limit that ended with its session is no refusal, and has no words.
    """
    return next((k.last_error for k in keepers if k.offer.refused and k.last_error), None)


def backend_issues_of(
    standings: Iterable[Standing], *, charger: str, group: str
) -> Iterator[tuple[str, Issue]]:
    """What is wrong with backends, by what tells it apart."""
    for one in standings:
        names = {"charger": charger, "group": group, "backend": as_it_is(one.name)}
        if one.state is not State.IDLE and one.away_for >= BACKEND_AWAY_FOR:
            yield (
                f"{Repair.BACKEND_AWAY}_{one.id}",
                Issue(key=Repair.BACKEND_AWAY, placeholders=names),
            )
        if one.aside:
            # How many there are by now is told by its diagnostics.
            yield (
                f"{Repair.BACKEND_REFUSES}_{one.id}",
                Issue(key=Repair.BACKEND_REFUSES, placeholders=names),
            )


class ChargerIssues:
    """The repair issues of the chargers of one group."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._entry = entry
        self._issues = IssueTracker(hass)

    @callback
    def async_update(self) -> None:
        """Look at every charger."""
        if not self._issues.is_time():
            return
        manager = self._entry.runtime_data
        self._issues.async_tell(
            self._of_backends()
            | {
                f"{issue.key}_{self._entry.entry_id}_{tag_of(charger.charger_id)}": issue
                for charger in manager.chargers.values()
                for issue in issues_of(
                    manager.access.control(charger.charger_id),
                    charger=charger.name,
                    group=self._entry.title,
                )
            }
        )

    def _of_backends(self) -> dict[str, Issue]:
        manager = self._entry.runtime_data
        return dict(
            found
            for charger in manager.chargers.values()
            for found in backend_issues_of(
                manager.backends.of(charger.charger_id),
                charger=charger.name,
                group=self._entry.title,
            )
        )

    @callback
    def async_delete(self) -> None:
        """The group ends, and what is wrong with its chargers."""
        self._issues.async_tell({})
