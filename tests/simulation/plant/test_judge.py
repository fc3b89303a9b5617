"""The judge finds books that are below the truth, and only these."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger import habits, models
from simulation.charger.charger import SimulatedCharger
from simulation.charger.misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    TwiceAnswered,
    loses_one_answer_in,
    once,
)
from simulation.charger.profiles import Profile
from simulation.plant.judge import IS_NOTICED, IS_NOTICED_BY_ENERGY, ON_ITS_WAY, TOLD_AGAIN, Judge
from tests.simulation.charger.test_charger import limit


@dataclass(slots=True)
class Told:
    """Books that say what a test writes into them."""

    ledger: float | None = 32.0
    reserved: float | None = 32.0
    transaction: str | None = "7"
    seen_to_forget: bool = False
    away: bool = False

    def possible(self, charger_id: str, number: int) -> float | None:
        """Say what the test wrote."""
        return self.ledger

    def counted(self, charger_id: str, number: int) -> float | None:
        """Say what the test wrote."""
        return self.reserved

    def session(self, charger_id: str, number: int) -> str | None:
        """Say what the test wrote."""
        return self.transaction

    def forgets(self, charger_id: str, number: int) -> bool:
        """Say what the test wrote."""
        return self.seen_to_forget

    def is_away(self, charger_id: str, number: int) -> bool:
        """Say what the test wrote."""
        return self.away


@dataclass(slots=True)
class Time:
    """A clock that a test sets."""

    at: float = 1_000.0


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "monotonic", lambda: time.at)
    return time


def charging(model: models.ChargerModel = models.GENERIC) -> SimulatedCharger:
    """A charger with a session of number 7, that nobody has limited, and that reports all it has."""
    charger = SimulatedCharger(model, tick=None)
    charger.configuration.write("MeterValuesSampledData", ",".join(sorted(model.measurands)))
    charger.plug_in(1, id_tag=None)
    charger.begin(charger.connectors[1], "CARD-1")
    transaction = charger.connectors[1].transaction
    assert transaction is not None
    transaction.id = 7
    return charger


def take(charger: SimulatedCharger, amperes: float, **profile: Any) -> None:
    """Let a charger hold a limit."""
    data = limit(amperes, **profile)["csChargingProfiles"]
    charger.profiles.install(1, Profile.from_ocpp(data), session=charger.connectors[1].session)


async def test_a_lie_in_the_ledger_is_found_at_once(time: Time) -> None:
    charger, books = charging(), Told(ledger=8.0)
    take(charger, 16.0)
    judge = Judge(books)
    judge.look(charger)
    assert judge.moments == 1
    (below,) = judge.found
    assert (below.outlet, below.truth, below.books) == ("CP1/1", 16.0, 8.0)


async def test_a_lie_in_what_the_balancing_counts_is_found_once_it_lasts(time: Time) -> None:
    charger, books = charging(), Told(reserved=8.0)
    take(charger, 16.0)
    judge = Judge(books)
    judge.look(charger)
    assert judge.moments == 0
    time.at += ON_ITS_WAY
    judge.look(charger)
    judge.look(charger)
    assert judge.moments == 1


async def test_true_books_are_let_alone(time: Time) -> None:
    charger, books = charging(), Told(ledger=16.0, reserved=16.0)
    take(charger, 16.0)
    judge = Judge(books)
    for _ in range(5):
        judge.look(charger)
        time.at += 10.0
    assert judge.looks == 5
    assert judge.moments == 0


async def test_each_time_without_a_break_counts_once(time: Time) -> None:
    charger, books = charging(), Told(ledger=8.0)
    take(charger, 16.0)
    judge = Judge(books)
    for _ in range(3):
        judge.look(charger)
        time.at += 1.0
    books.ledger = 16.0
    judge.look(charger)
    books.ledger = 8.0
    judge.look(charger)
    assert judge.moments == 2
    assert judge.found[0].end - judge.found[0].start == 2.0


async def test_a_session_that_nobody_has_heard_of_has_a_moment_of_grace(time: Time) -> None:
    charger, books = charging(), Told(ledger=8.0, transaction=6)
    take(charger, 16.0)
    judge = Judge(books)
    judge.look(charger)
    assert judge.moments == 0
    time.at += ON_ITS_WAY
    judge.look(charger)
    assert judge.moments == 1


async def test_a_session_profile_that_goes_on_above_a_lowered_default_is_found(
    time: Time,
) -> None:
    """OCPP 1.6, 3.13.1: the TxProfile overrules what was accepted after it."""
    charger, books = charging(), Told(ledger=6.0)
    take(charger, 16.0, purpose="TxProfile", id=2)
    take(charger, 6.0)
    judge = Judge(books)
    judge.look(charger)
    assert judge.found[0].truth == 16.0


async def test_a_limit_that_has_ended_leaves_what_stands_below_it(time: Time) -> None:
    charger, books = charging(), Told(ledger=0.0)
    take(charger, 6.0, id=2)
    take(charger, 0.0, stack=1, startSchedule=charger.timestamp(), duration=300)
    judge = Judge(books)
    judge.look(charger)
    assert judge.moments == 0
    time.at += 301.0
    judge.look(charger)
    assert judge.found[0].truth == 6.0


async def test_who_accepts_and_ignores_is_judged_by_what_it_was_told(time: Time) -> None:
    """No book can know; what the car draws then tells."""
    judge = Judge(Told(ledger=8.0))
    for model in (models.STUBBORN, habits.SESSION_PROFILE_ONLY, habits.OVERDRAWS):
        charger = charging(model)
        take(charger, 8.0)
        judge.look(charger)
    assert judge.looks == 3
    assert judge.moments == 0


async def test_who_forgot_its_limits_is_judged_again_once_it_has_one(time: Time) -> None:
    charger, books = charging(), Told(ledger=8.0)
    take(charger, 8.0)
    charger.forget_limits()
    judge = Judge(books)
    judge.look(charger)
    assert judge.looks == 0
    charger.commands.answer("SetChargingProfile", limit(16.0))
    judge.look(charger)
    assert judge.moments == 1


async def test_who_is_back_without_its_limits_is_told_them_soon(time: Time) -> None:
    charger = charging()
    take(charger, 8.0)
    charger.forget_limits()
    judge = Judge(Told(ledger=8.0))
    charger.accepted, charger.accepted_at = True, time.at
    judge.look(charger)
    assert judge.looks == 0
    time.at += TOLD_AGAIN
    for _ in range(3):
        judge.look(charger)
        time.at += 1.0
    assert {below.what for below in judge.found} == {"the ledger says"}


@pytest.mark.parametrize(
    ("how", "looks"),
    [
        (LateAnswer(), 1),
        (TwiceAnswered(), 1),
        (loses_one_answer_in(3), 1),
        (NoAnswer(), 0),
        (ErrorAnswer("InternalError"), 0),
        (once(FixedAnswer()), 0),
    ],
)
async def test_who_answers_oddly_is_told_all_the_same_and_who_takes_nothing_is_not(
    time: Time, how: Misbehaviour, looks: int
) -> None:
    charger = charging()
    take(charger, 8.0)
    charger.forget_limits()
    charger.misbehaviours["SetChargingProfile"] = how
    charger.accepted, charger.accepted_at = True, time.at
    time.at += TOLD_AGAIN
    judge = Judge(Told(ledger=8.0))
    judge.look(charger)
    assert judge.looks == looks


async def test_who_was_seen_to_forget_is_reckoned_to_have_once_it_is_known_to_be_away(
    time: Time,
) -> None:
    """What is counted must be all that it can draw; what it took last may stay on the ledger."""
    charger, books = charging(), Told(ledger=8.0, reserved=8.0, seen_to_forget=True)
    take(charger, 8.0)
    charger.forget_limits()
    judge = Judge(books)
    judge.look(charger)
    assert judge.looks == 0
    books.away = True
    judge.look(charger)
    time.at += ON_ITS_WAY
    judge.look(charger)
    assert [(one.what, one.truth) for one in judge.found] == [("the balancing counts", 32.0)]


async def test_who_was_seen_to_forget_is_reckoned_to_have_as_soon_as_it_is_back(
    time: Time,
) -> None:
    charger, books = charging(), Told(ledger=8.0, reserved=32.0, seen_to_forget=True)
    take(charger, 8.0)
    charger.forget_limits()
    charger.accepted, charger.accepted_at = True, time.at
    judge = Judge(books)
    judge.look(charger)
    time.at += ON_ITS_WAY
    judge.look(charger)
    assert [(one.what, one.truth) for one in judge.found] == [("the ledger says", 32.0)]


async def test_nothing_is_compared_where_nobody_can_draw_or_nobody_keeps_books(
    time: Time,
) -> None:
    idle = SimulatedCharger(tick=None)
    judge = Judge(Told(ledger=0.0))
    judge.look(idle)
    assert judge.looks == 0
    charger = charging()
    Judge(nobody := Told(ledger=None, reserved=None)).look(charger)
    assert nobody.ledger is None


@pytest.mark.parametrize(
    ("habit", "reports", "within"),
    [
        (models.GENERIC, None, IS_NOTICED),
        (habits.POWER_ONLY, None, IS_NOTICED),
        # What it told before and after tells what flowed between, and no report what flows now.
        (habits.ENERGY_ONLY, None, IS_NOTICED_BY_ENERGY),
        # It is judged by what it reports, whatever else it has.
        (models.GENERIC, "Energy.Active.Import.Register", IS_NOTICED_BY_ENERGY),
    ],
)
async def test_a_car_that_goes_on_to_draw_more_than_is_counted_is_noted(
    time: Time, habit: models.ChargerModel, reports: str | None, within: float
) -> None:
    charger = charging(replace(habit, ignores_all_limits=True))
    if reports is not None:
        charger.configuration.write("MeterValuesSampledData", reports)
    take(charger, 8.0)
    connector = charger.connectors[1]
    judge = Judge(Told(ledger=8.0, reserved=8.0))
    connector.terminals = (16.0, 16.0, 16.0)
    judge.look(charger)
    time.at += within
    judge.look(charger)
    assert judge.unnoticed == []
    time.at += 1.0
    judge.look(charger)
    (noted,) = judge.unnoticed
    assert (noted.truth, noted.books) == (16.0, 8.0)
    assert judge.moments == 0


async def test_a_car_that_is_seen_to_draw_too_much_is_not_noted(time: Time) -> None:
    charger, books = charging(models.STUBBORN), Told(ledger=8.0, reserved=8.0)
    take(charger, 8.0)
    charger.connectors[1].terminals = (16.0, 16.0, 16.0)
    judge = Judge(books)
    judge.look(charger)
    time.at += IS_NOTICED - 1.0
    books.reserved = 16.0
    judge.look(charger)
    time.at += 60.0
    judge.look(charger)
    assert judge.unnoticed == []


@pytest.mark.parametrize(
    ("habit", "drawn", "seeable"),
    [
        # 32 A of one phase are as much as 10.7 A of three, and 16 A are allowed.
        (models.GENERIC, (32.0, 0.0, 0.0), True),
        (habits.POWER_ONLY, (32.0, 0.0, 0.0), False),
        (habits.ENERGY_ONLY, (32.0, 0.0, 0.0), False),
        # What a register rose by in two minutes may have flowed in three.
        (habits.POWER_ONLY, (24.0, 24.0, 24.0), True),
        (habits.ENERGY_ONLY, (24.0, 24.0, 24.0), False),
        (habits.ENERGY_ONLY, (30.0, 30.0, 30.0), True),
    ],
)
async def test_what_nothing_proves_is_no_fault_of_who_does_not_notice_it(
    time: Time, habit: models.ChargerModel, drawn: tuple[float, float, float], seeable: bool
) -> None:
    charger = charging(replace(habit, ignores_all_limits=True))
    take(charger, 16.0)
    judge = Judge(Told(ledger=16.0, reserved=16.0))
    charger.connectors[1].terminals = drawn
    judge.look(charger)
    time.at += IS_NOTICED_BY_ENERGY + 1.0
    judge.look(charger)
    assert (len(judge.unnoticed), len(judge.unseeable)) == (seeable, not seeable)
