"""A safe limit that is not free at all times is told, once there is something to judge by."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.site import Circuit, CircuitMeter, Site
from custom_components.ev_load_manager.data_files.stored import Stored
from custom_components.ev_load_manager.history.other_load_peaks import OtherLoadPeaks
from custom_components.ev_load_manager.watchers.group import safe_limit_issues

TODAY = date(2026, 5, 20)
YESTERDAY = TODAY - timedelta(days=1)


def same(amperes: float) -> PhaseCurrents:
    """So much on every phase."""
    return PhaseCurrents.same(amperes)


def test_nothing_is_judged_by_the_first_day() -> None:
    peaks = OtherLoadPeaks()
    peaks.note(same(20.0), TODAY)
    assert peaks.highest(TODAY) is None


def test_the_highest_of_each_phase_counts() -> None:
    peaks = OtherLoadPeaks()
    peaks.note(PhaseCurrents(3.0, 9.0, 1.0), YESTERDAY)
    peaks.note(PhaseCurrents(8.0, 2.0, 1.0), YESTERDAY)
    peaks.note(PhaseCurrents(1.0, 1.0, 2.0), TODAY)
    assert peaks.highest(TODAY) == PhaseCurrents(8.0, 9.0, 2.0)


def test_what_was_more_than_a_month_ago_is_forgotten() -> None:
    peaks = OtherLoadPeaks()
    peaks.note(same(20.0), TODAY - timedelta(days=31))
    peaks.note(same(4.0), YESTERDAY)
    peaks.note(same(5.0), TODAY)
    assert peaks.highest(TODAY) == same(5.0)
    assert len(peaks.to_dict()) == 2


def test_it_survives_a_restart_and_forgets_nonsense() -> None:
    peaks = OtherLoadPeaks()
    peaks.note(same(7.0), YESTERDAY)
    kept: Any = peaks.to_dict() | {"no day": [1, 2, 3], "2026-05-01": ["x"], "2026-05-02": None}
    assert OtherLoadPeaks.read(Stored(kept)).to_dict() == peaks.to_dict()
    assert OtherLoadPeaks.read(Stored("nonsense")).to_dict() == {}


@pytest.mark.parametrize(("load", "told"), [(4.0, False), (4.1, True)])
def test_a_safe_limit_that_was_not_free_is_told(
    load: float, told: bool, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-05-20 12:00:00+00:00")
    peaks = OtherLoadPeaks()
    peaks.note(PhaseCurrents(1.0, load, 0.0), YESTERDAY)
    peaks.note(same(0.0), clock.now().date())
    circuits = {
        "grid": Circuit(
            id="grid",
            parent=None,
            limit=same(16.0),
            rated=same(20.0),
            meter=CircuitMeter(safe_limit=same(12.0)),
        ),
        "group": Circuit(id="group", parent="grid", limit=same(16.0), rated=same(20.0)),
    }
    manager: Any = SimpleNamespace(
        records=SimpleNamespace(other_load_peaks={"grid": peaks}),
        feeders={},
        site=Site(circuits=circuits, connectors={}, grid="grid"),
    )
    issue = dict(safe_limit_issues(manager, group="Garage")).get("")
    assert (issue is not None) is told
    if issue is not None:
        assert (issue.placeholders["phase"], issue.placeholders["free"]) == ("L2", "12")


def test_without_a_meter_there_is_nothing_to_tell() -> None:
    circuits = {"group": Circuit(id="group", parent=None, limit=same(16.0), rated=same(20.0))}
    manager: Any = SimpleNamespace(
        records=SimpleNamespace(other_load_peaks={"grid": OtherLoadPeaks({YESTERDAY: same(20.0)})}),
        site=Site(circuits=circuits, connectors={}),
    )
    assert dict(safe_limit_issues(manager, group="Garage")) == {}


@pytest.mark.parametrize(("load", "told"), [(9.0, False), (9.1, True)])
def test_a_feeders_safe_limit_that_was_not_free_is_told(
    load: float, told: bool, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-05-20 12:00:00+00:00")
    shed = Circuit(
        id="feeder:shed",
        parent="group",
        # A temporary limit is no reason to worry.
        limit=same(0.0),
        rated=same(16.0),
        meter=CircuitMeter(safe_limit=same(7.0)),
    )
    group = Circuit(id="group", parent=None, limit=same(16.0), rated=same(20.0))
    noted = {
        "feeder:shed": {"2026-05-19": [1.0, 0.0, load]},
        "feeder:gone": {"2026-05-19": [9] * 3},
    }
    manager: Any = SimpleNamespace(
        records=SimpleNamespace(
            other_load_peaks={
                circuit: OtherLoadPeaks.read(Stored(days)) for circuit, days in noted.items()
            }
        ),
        feeders={"shed": SimpleNamespace(name="Shed")},
        site=Site(circuits={one.id: one for one in (shed, group)}, connectors={}),
    )
    found = dict(safe_limit_issues(manager, group="Garage"))
    assert list(found) == (["feeder:shed"] if told else [])
    if told:
        told_of = found["feeder:shed"].placeholders
        assert (told_of["feeder"], told_of["phase"], told_of["free"]) == ("Shed", "L3", "7")
