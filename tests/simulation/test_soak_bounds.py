"""The soak allows a phase to be over for as long as is due, and not for as long as a trouble lasts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
import random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger import models
from simulation.charger.charger import SimulatedCharger
from simulation.faults.fault import DISOBEYS, EXPIRY_WITH_METER, NO_ANSWER
from simulation.plant.watch import Excursion
from simulation.soak.course import Troubles
from simulation.soak.figures import Day, Figures
from simulation.soak.garage import Garage
from simulation.soak.spells import NO_BREAK
from simulation.soak.troubles import HOUSE_ROSE, KILLED, TROUBLES, Happened
from tests.simulation.plant.test_judge import charging, take


@dataclass(slots=True)
class Street:
    """One charger, what is wanted of it, and a clock that a test sets."""

    charger: SimulatedCharger
    troubles: Troubles
    wanted: float | None = None
    leader: object | None = "somebody"
    at: float = 10_000.0

    def passes(self, seconds: float, *, draws: float = 16.0) -> None:
        """Let time pass, second by second, in which the car draws so much on L1."""
        connector = self.charger.connectors[1]
        connector.offered = 32.0 if self.charger.model.ignores_all_limits else draws
        connector.terminals = (draws, 0.0, 0.0)
        for _ in range(int(seconds)):
            self.look()
            self.at += 1.0
        self.look()

    def look(self) -> None:
        """Let everybody look who does at every step."""
        for look in self.charger.watched_by:
            look(self.charger)

    def bound(self, start: float, end: float, phase: int = 0) -> float:
        """For how long a phase may be over, in seconds since the start of it all."""
        return self.bound_and_reason(start, end, phase)[0]

    def bound_and_reason(self, start: float, end: float, phase: int = 0) -> tuple[float, str]:
        """The same, and why."""
        return self.troubles.bound(
            Excursion(
                circuit="group",
                phase=phase,
                start=10_000.0 + start,
                end=10_000.0 + end,
                over=2.0,
                limit=160.0,
            )
        )


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    """A car that charges with the 8 A that its charger holds, and that are wanted of it."""
    charger = charging(replace(models.GENERIC))
    take(charger, 8.0)
    site = SimpleNamespace(chargers={charger.id: charger})
    garage: Any = SimpleNamespace(site=site, manager="somebody")
    troubles = Troubles(cast(Garage, garage), random.Random(1), every=240.0)
    street = Street(charger, troubles, wanted=8.0)
    onlooker = troubles._onlooker
    monkeypatch.setattr(clock, "monotonic", lambda: street.at)
    monkeypatch.setattr(onlooker, "_leader", lambda: street.leader)
    monkeypatch.setattr(onlooker, "_wanted", lambda charger_id, number: street.wanted)
    return street


@pytest.fixture
def befalls(street: Street) -> Callable[[str], Happened]:
    """Let a trouble go on at the charger, or break the group at this moment."""

    def befall(name: str) -> Happened:
        trouble = next(one for one in (*TROUBLES, KILLED) if one.name == name)
        happened = Happened(trouble, charger=street.charger.id)
        street.troubles.happened.append(happened)
        return happened

    return befall


def ignores(street: Street, *, really: bool = True) -> None:
    street.charger.model = replace(street.charger.model, ignores_all_limits=really)


def test_what_a_charger_ignores_is_seen_in_87_s_and_costs_nobody_anything_after_that(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    befalls("disobeys")
    ignores(street)
    street.passes(300.0)
    assert street.bound(0.0, 80.0) == DISOBEYS
    assert street.bound(60.0, 90.0) == DISOBEYS - 60.0
    assert street.bound(100.0, 140.0) == HOUSE_ROSE


def test_who_answers_late_after_disobeying_is_excused_no_more_than_who_answers_late(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    """A phase was over for 56 s once, where 34 s were due, minutes after anything was ignored."""
    befalls("late after disobeying")
    ignores(street)
    street.passes(200.0)
    ignores(street, really=False)
    street.passes(200.0, draws=8.0)
    street.wanted = 6.0
    street.passes(60.0, draws=8.0)
    bound, because = street.bound_and_reason(402.0, 458.0)
    assert bound == pytest.approx(NO_ANSWER - 2.0, abs=1.0)
    assert because == "CP1/1 has not taken its limit"


def test_it_is_excused_again_from_when_another_car_draws_too_much(street: Street) -> None:
    ignores(street)
    street.passes(100.0)
    street.passes(NO_BREAK + 8.0, draws=6.0)
    street.passes(100.0)
    assert street.bound(121.0, 180.0) == pytest.approx(DISOBEYS - 1.0, abs=2.0)


def test_a_break_that_nobody_could_see_excuses_nothing_again(street: Street) -> None:
    ignores(street)
    street.passes(100.0)
    street.passes(NO_BREAK / 2, draws=6.0)
    street.passes(60.0)
    assert street.bound(108.0, 150.0) == HOUSE_ROSE


def test_who_obeys_again_is_followed_as_soon_as_anybody(street: Street) -> None:
    ignores(street)
    street.passes(10.0)
    ignores(street, really=False)
    street.passes(60.0, draws=8.0)
    assert street.bound(0.0, 60.0) == pytest.approx(10.0 + HOUSE_ROSE, abs=2.0)


def test_a_charger_excuses_only_phases_that_its_car_loads(street: Street) -> None:
    ignores(street)
    street.passes(60.0)
    assert [street.bound(0.0, 60.0, phase) for phase in range(3)] == [79.0, HOUSE_ROSE, HOUSE_ROSE]


def test_an_ignored_limit_that_is_above_what_the_car_draws_excuses_nothing(street: Street) -> None:
    ignores(street)
    street.passes(60.0, draws=8.0)
    assert street.bound(0.0, 60.0) == HOUSE_ROSE


def test_nothing_is_seen_while_nobody_leads(street: Street) -> None:
    """It may go on until somebody is there again who can see it."""
    ignores(street)
    street.leader = None
    street.passes(200.0)
    street.leader = "somebody else"
    street.passes(60.0)
    assert street.bound(100.0, 230.0) >= 100.0 + 60.0
    assert street.bound(199.0, 255.0) == pytest.approx(1.0 + 60.0 + HOUSE_ROSE, abs=2.0)


@pytest.mark.parametrize("name", ["rejects", "no answer", "half open", "late answer"])
def test_a_limit_that_is_not_taken_is_made_way_for_once(
    street: Street, befalls: Callable[[str], Happened], name: str
) -> None:
    befalls(name)
    street.passes(100.0, draws=8.0)
    assert street.bound(50.0, 90.0) == HOUSE_ROSE
    street.wanted = 6.0
    street.passes(200.0, draws=8.0)
    assert street.bound(100.0, 140.0) == pytest.approx(NO_ANSWER)
    assert street.bound(200.0, 240.0) == HOUSE_ROSE


def test_a_limit_that_is_taken_at_once_but_answered_late_excuses_next_to_nothing(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    befalls("late answer")
    street.wanted = 6.0
    street.passes(3.0, draws=8.0)
    take(street.charger, 6.0)
    street.passes(60.0, draws=6.0)
    assert street.bound(0.0, 40.0) == pytest.approx(3.0 + HOUSE_ROSE, abs=1.0)


def test_nobody_is_excused_for_a_limit_that_it_does_not_take_without_a_trouble(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    befalls("rejects").charger = "CP2"
    street.wanted = 6.0
    street.passes(60.0, draws=8.0)
    assert street.bound(0.0, 40.0) == HOUSE_ROSE


@pytest.mark.parametrize(
    ("name", "bound"), [("killed", EXPIRY_WITH_METER), ("nobody leads", EXPIRY_WITH_METER)]
)
def test_once_limits_have_ended_by_themselves_nobody_is_over_for_want_of_a_leader(
    street: Street, befalls: Callable[[str], Happened], name: str, bound: float
) -> None:
    befalls(name).broke_at = street.at
    assert street.bound_and_reason(0.0, 300.0) == (bound, name)
    assert street.bound(300.0, 320.0) == HOUSE_ROSE
    assert street.bound(400.0, 440.0) == HOUSE_ROSE


def test_what_waits_for_another_trouble_of_the_group_has_not_broken_yet(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    befalls("nobody leads")
    assert street.bound(0.0, 60.0) == HOUSE_ROSE


def test_the_safe_limit_fits_however_long_a_meter_is_silent(
    street: Street, befalls: Callable[[str], Happened]
) -> None:
    befalls("meter silent").broke_at = street.at
    assert street.bound(0.0, 45.0) == 49.0
    assert street.bound(60.0, 90.0) == HOUSE_ROSE


def test_it_is_told_for_how_long_a_judge_may_overlook_anything(street: Street) -> None:
    ignores(street)
    street.passes(300.0)
    allowed = street.troubles.allowed
    assert [allowed(street.at - 300.0 + at) for at in (0.0, 87.0, 88.0)] == [87.0, 87.0, HOUSE_ROSE]
    week = Figures(chargers=1, seed=1, wanted_days=1.0)
    assert week.leniency == (0.0, 0.0)
    week.days = [Day(number=1, hours=24.0, hours_lenient=6.0, hours_very_lenient=1.2)]
    assert week.leniency == pytest.approx((0.25, 0.05))


@pytest.mark.parametrize("overdraws", [0.0, 0.05])
@pytest.mark.parametrize("draws", [8.9, 9.1])
def test_who_takes_too_much_with_its_car_may_lose_a_way_as_one_that_ignores_its_limit(
    street: Street, overdraws: float, draws: float
) -> None:
    """Each draws 5 % more, and both together more than meters may be wrong by."""
    street.charger.model = replace(street.charger.model, overdraws=overdraws)
    name, lost = street.charger.id, overdraws > 0.0 and draws > 9.0
    # So long may every car take to follow a cut.
    street.passes(NO_BREAK, draws=draws)
    street.passes(1.0, draws=8.0)
    assert street.troubles.spoils(name) is False
    street.passes(60.0, draws=draws)
    assert street.troubles.spoils(name) is lost
    street.passes(60.0, draws=8.0)
    assert street.troubles.spoils(name, within=30.0) is False
    assert street.troubles.spoils(name) is lost
    # It excuses no phase that is above its limit.
    assert street.bound(0.0, 40.0) == HOUSE_ROSE
