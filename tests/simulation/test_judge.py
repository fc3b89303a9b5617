"""The judge finds books that are below the truth, and only these."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Offer, Superseded
from simulation import habits, models
from simulation.charger import SimulatedCharger
from simulation.group_books import possible_limit
from simulation.judge import ON_ITS_WAY, Judge
from simulation.profiles import Profile

from .test_charger import limit


@dataclass(slots=True)
class Told:
    """Books that say what a test writes into them."""

    ledger: float | None = 32.0
    reserved: float | None = 32.0
    transaction: int | None = 7

    def possible(self, charger_id: str, number: int) -> float | None:
        """Say what the test wrote."""
        return self.ledger

    def counted(self, charger_id: str, number: int) -> float | None:
        """Say what the test wrote."""
        return self.reserved

    def session(self, charger_id: str, number: int) -> int | None:
        """Say what the test wrote."""
        return self.transaction


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
    """A charger with a session of number 7, that nobody has limited."""
    charger = SimulatedCharger(model, tick=None)
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


def possible(offer: Offer, **more: Any) -> float:
    """The highest limit that may be in force where a ledger says no more than this."""
    ledger = SimpleNamespace(offer=offer, resend=False, standing=None, terms=None)
    for name, value in more.items():
        setattr(ledger, name, value)
    return possible_limit(ledger)


def test_every_limit_that_may_be_in_force_counts_in_the_ledger(time: Time) -> None:
    assert possible(Offer()) > 100.0
    assert possible(Offer(accepted=6.0, refused=True)) > 100.0
    assert possible(Offer(accepted=6.0)) == 6.0
    assert possible(Offer(accepted=6.0, in_flight=(10.0,))) == 10.0
    old = Superseded(limit=16.0, at=time.at - 11.0)
    assert possible(Offer(accepted=6.0, superseded=(old,))) == 16.0
    time.at += 1.0
    assert possible(Offer(accepted=6.0, superseded=(old,))) == 6.0


def test_what_stands_below_a_limit_counts_once_it_may_have_ended(time: Time) -> None:
    stands = SimpleNamespace(amperes=6.0)
    offer = Offer(accepted=0.0, expires_at=time.at + 1.0)
    assert possible(offer, standing=stands) == 0.0
    assert possible(offer, standing=stands, resend=True) == 6.0
    time.at += 1.0
    assert possible(offer, standing=stands) == 6.0


def test_what_a_ledger_says_of_itself_counts() -> None:
    assert possible(Offer(accepted=6.0), highest_possible=13.0) == 13.0
