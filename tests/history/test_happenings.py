"""What happened is told as people would tell it: once, with its cause."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.decision import (
    CircuitDecision,
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Readings, Status
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import Circuit, Connector, ConnectorId, Site
from custom_components.ev_load_manager.config.live_settings import LiveSettings
from custom_components.ev_load_manager.history.happenings import Happenings

ANNA, BEN = ConnectorId("anna", 1), ConnectorId("ben", 1)
ALL = PhaseCurrents(35.0, 35.0, 35.0)
SITE = Site(
    circuits={
        "grid": Circuit(id="grid", parent=None, limit=ALL, rated=ALL),
        "group": Circuit(id="group", parent="grid", limit=ALL, rated=ALL),
    },
    connectors={
        id_: Connector(id=id_, circuit="group", wiring=tuple(Phase), maximum=32.0)
        for id_ in (ANNA, BEN)
    },
    grid="grid",
)
SETTINGS = LiveSettings(maximum_current=35.0, grid_maximum_current=35.0, safe_limit=16.0)
NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
QUIET = PhaseCurrents(2.0, 2.0, 2.0)


class Group:
    """A group whose steps are told one after the other."""

    def __init__(self) -> None:
        """Two cars charge with 16 A each."""
        self.happenings = Happenings()
        self.settings = SETTINGS
        self.limits = {ANNA: 16.0, BEN: 16.0}
        self.reasons = dict.fromkeys(self.limits, Reason.EQUAL_SHARE)
        self.sessions: dict[ConnectorId, str | None] = {ANNA: "1", BEN: "2"}
        self.online = dict.fromkeys(self.limits, True)
        self.other_load = QUIET
        self.cause: Cause | None = None
        self.at = 0.0
        self.step(0.0)

    def step(self, seconds: float, limits: Mapping[ConnectorId, float] | None = None) -> None:
        """Take a step some seconds later."""
        self.at += seconds
        self.limits.update(limits or {})
        decision = Decision(
            at=self.at,
            mode=Mode.ADAPTIVE,
            connectors={
                id_: ConnectorDecision(
                    target=limit,
                    limit=limit,
                    reserved=NO_CURRENT,
                    reason=self.reasons[id_],
                    circuit="group",
                    phase=Phase.L2,
                    active=self.sessions[id_] is not None,
                )
                for id_, limit in self.limits.items()
            },
            circuits={
                "grid": CircuitDecision(
                    capacity=ALL,
                    reserved=NO_CURRENT,
                    measured=NO_CURRENT,
                    other_load=self.other_load,
                    cause=self.cause,
                )
            },
        )
        readings = Readings(
            connectors={
                id_: ConnectorReading(
                    online=self.online[id_], status=Status.CHARGING, session=session
                )
                for id_, session in self.sessions.items()
            }
        )
        self.happenings.note(
            decision, readings, SITE, self.settings, now=NOON + timedelta(seconds=self.at)
        )

    def told(self, *fields: str, connector: ConnectorId | None = None) -> list[Sequence[Any]]:
        """These fields of all that was told, the oldest first."""
        rows = self.happenings.newest(connector=connector)[::-1]
        return [tuple(row[field] for field in fields) for row in rows]


@pytest.fixture
def group() -> Group:
    """The group at noon, of which nothing is told yet."""
    group = Group()
    assert group.told("kind") == []
    return group


def test_a_car_that_comes_down_for_the_building_is_told_with_the_phase(group: Group) -> None:
    group.other_load = PhaseCurrents(2.0, 12.0, 2.0)

    group.step(5.0, {ANNA: 6.0})

    assert group.told("charger", "before", "after", "why", "circuit", "phase") == [
        ("anna", 16.0, 6.0, "other_load_rose", "grid", "L2")
    ]


def test_a_building_that_draws_more_and_more_is_one_happening(group: Group) -> None:
    for amperes in range(1, 9):
        group.other_load = PhaseCurrents(2.0, 2.0 + amperes, 2.0)
        group.step(10.0, {ANNA: 16.0 - amperes})

    assert group.told("time", "before", "after") == [("2026-10-25T12:00:10+00:00", 16.0, 8.0)]


def test_what_comes_later_is_another_happening(group: Group) -> None:
    group.other_load = PhaseCurrents(2.0, 4.0, 2.0)
    group.step(10.0, {ANNA: 14.0})
    group.other_load = PhaseCurrents(2.0, 6.0, 2.0)
    group.step(120.0, {ANNA: 12.0})

    assert group.told("before", "after") == [(16.0, 14.0), (14.0, 12.0)]


def test_a_creeping_building_is_the_cause_although_each_step_is_small(group: Group) -> None:
    for tenths in range(1, 11):
        group.other_load = PhaseCurrents(2.0, 2.0 + tenths / 10, 2.0)
        group.step(5.0, {ANNA: 16.0 - tenths / 10})

    assert group.told("after", "why") == [(15.0, "other_load_rose")]


def test_changes_that_nobody_would_notice_are_not_told(group: Group) -> None:
    group.step(5.0, {ANNA: 15.5})
    group.step(5.0, {ANNA: 16.0})

    assert group.told("kind") == []


def test_a_car_that_shares_with_a_new_one_is_told_why(group: Group) -> None:
    group.sessions[BEN] = None
    group.step(5.0, {ANNA: 32.0, BEN: 0.0})
    group.sessions[BEN] = "3"

    group.step(100.0, {ANNA: 16.0, BEN: 6.0})

    assert group.told("kind", "charger", "why") == [
        ("limit", "anna", "fewer_cars"),
        ("ended", "ben", None),
        ("limit", "anna", "more_cars"),
        ("began", "ben", None),
    ]


def test_a_limit_that_somebody_lowers_is_told_and_is_the_cause(group: Group) -> None:
    group.settings = replace(SETTINGS, maximum_current=12.0)

    group.step(1.0, {ANNA: 6.0, BEN: 6.0})

    assert group.told("kind", "setting", "before", "after", "why") == [
        ("setting", "maximum_current", 35.0, 12.0, None),
        ("limit", None, 16.0, 6.0, "setting"),
        ("limit", None, 16.0, 6.0, "setting"),
    ]


def test_an_automation_that_writes_a_limit_every_second_is_told_once(group: Group) -> None:
    for second in range(40):
        group.settings = replace(SETTINGS, maximum_current=34.0 - second / 10)
        group.step(1.0)

    assert group.told("setting", "before", "after") == [("maximum_current", 35.0, 30.1)]


def test_a_limit_that_is_put_back_at_once_is_not_told(group: Group) -> None:
    group.settings = replace(SETTINGS, maximum_current=12.0)
    group.step(1.0)
    group.settings = SETTINGS
    group.step(1.0)

    assert group.told("kind") == []


def test_the_first_limit_of_a_session_is_no_happening_of_its_own(group: Group) -> None:
    group.sessions[BEN] = None
    group.step(5.0, {BEN: 0.0})
    group.sessions[BEN] = "3"
    group.step(100.0)
    group.step(2.0, {BEN: 6.0})
    group.step(60.0, {BEN: 16.0})

    assert group.told("kind", "before", "after") == [
        ("ended", None, None),
        ("began", None, None),
        ("limit", 6.0, 16.0),
    ]


def test_a_car_that_has_just_come_is_no_other_car_to_itself(group: Group) -> None:
    for car in (ANNA, BEN):
        group.sessions[car] = None
    group.step(5.0, {ANNA: 0.0, BEN: 0.0})
    group.sessions[ANNA] = "4"
    group.step(5.0, {ANNA: 16.0})
    group.other_load = PhaseCurrents(2.0, 12.0, 2.0)

    group.step(5.0, {ANNA: 9.0})

    assert [why for (why,) in group.told("why") if why] == ["other_load_rose"]


def test_what_changed_last_is_the_cause(group: Group) -> None:
    group.step(100.0)
    group.settings = replace(SETTINGS, maximum_current=30.0)
    group.sessions[BEN] = None
    group.step(1.0, {BEN: 0.0})
    group.sessions[BEN] = "3"
    group.step(20.0, {ANNA: 15.0})

    assert [why for (why,) in group.told("why") if why] == ["more_cars"]


def test_a_limit_that_is_raised_is_no_reason_to_come_down(group: Group) -> None:
    group.settings = replace(SETTINGS, maximum_current=30.0)
    group.step(100.0)
    group.settings = replace(SETTINGS, maximum_current=32.0)
    group.other_load = PhaseCurrents(2.0, 9.0, 2.0)

    group.step(100.0, {ANNA: 9.0})

    assert group.told("why")[-1] == ("other_load_rose",)


@pytest.mark.parametrize(("then", "why"), [(35.0, "other_load_rose"), (32.0, "setting")])
def test_a_limit_that_is_put_back_is_no_reason_to_come_down(
    group: Group, then: float, why: str
) -> None:
    """One that is raised a little is still lower than before."""
    for lower in (20.0, 12.0):
        group.settings = replace(SETTINGS, maximum_current=lower)
        group.step(5.0)
    group.settings = replace(SETTINGS, maximum_current=then)
    group.step(5.0)
    group.other_load = PhaseCurrents(2.0, 12.0, 2.0)

    group.step(5.0, {ANNA: 9.0})

    assert group.told("why")[-1] == (why,)


def test_a_meter_that_falls_silent_and_comes_back(group: Group) -> None:
    group.cause = Cause.SILENT
    group.step(5.0, {ANNA: 8.0})
    group.cause = Cause.FROZEN
    group.step(5.0)
    group.cause = None

    group.step(60.0, {ANNA: 16.0})

    assert group.told("kind", "circuit", "cause", "why") == [
        ("safe_limit", "grid", "silent", None),
        ("limit", "grid", None, "safe_limit_began"),
        ("meter_back", "grid", None, None),
        ("limit", "grid", None, "meter_back"),
    ]


def test_a_meter_that_was_not_read_yet_is_no_news() -> None:
    group = Group()
    group.happenings = Happenings()
    group.cause = Cause.STARTING
    group.step(1.0)
    group.cause = None

    group.step(1.0)

    assert group.told("kind") == []


def test_a_pause_and_its_end_are_told_with_who_did_it(group: Group) -> None:
    group.reasons[ANNA] = Reason.PAUSED_BY_USER
    group.step(5.0, {ANNA: 0.0})
    group.reasons[ANNA] = Reason.EQUAL_SHARE

    group.step(30.0, {ANNA: 16.0})

    assert group.told("before", "after", "why") == [
        (16.0, 0.0, "paused_by_user"),
        (0.0, 16.0, "allowed"),
    ]


def test_a_charger_that_is_lost_and_back(group: Group) -> None:
    group.online[BEN] = False
    group.step(5.0)
    group.online[BEN] = True

    group.step(5.0)

    assert group.told("kind", "charger") == [("lost", "ben"), ("back", "ben")]


def test_an_outlet_is_told_its_own_and_what_happened_to_all(group: Group) -> None:
    group.settings = replace(SETTINGS, balancing=False)
    group.step(1.0)
    group.other_load = PhaseCurrents(2.0, 12.0, 2.0)
    group.step(100.0, {ANNA: 6.0, BEN: 7.0})

    assert group.told("kind", "charger", "after", connector=ANNA) == [
        ("setting", None, False),
        ("limit", "anna", 6.0),
    ]


def test_a_day_is_kept(group: Group) -> None:
    group.other_load = PhaseCurrents(2.0, 12.0, 2.0)
    group.step(1.0, {ANNA: 6.0})
    group.other_load = QUIET
    group.step(25 * 3600.0, {ANNA: 16.0})

    assert group.told("after") == [(16.0,)]
