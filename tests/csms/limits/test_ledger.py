"""What may be in force is never less than what the charger really applies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
import json
import math
from unittest.mock import patch

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.deadlines import Deadlines
from custom_components.ev_load_manager.balancing.memory import ConnectorMemory
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Offer, Status
from custom_components.ev_load_manager.balancing.reserve import in_force
from custom_components.ev_load_manager.balancing.site import Connector, ConnectorId
from custom_components.ev_load_manager.csms.charger_clock import PossibleClock
from custom_components.ev_load_manager.csms.dialect import Question, Target
from custom_components.ev_load_manager.csms.limits import commands
from custom_components.ev_load_manager.csms.limits.ledger import LimitLedger
from custom_components.ev_load_manager.csms.limits.slots import End, Slot, stored_name
from custom_components.ev_load_manager.csms.limits.strategies import Form, Strategy
from custom_components.ev_load_manager.csms.models import (
    ChargingProfileWay,
    ConfigurationKeyWay,
    Kind,
    Purpose,
    Scope,
)
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from custom_components.ev_load_manager.data_files.stored import Stored
from simulation.charger.profiles import Profile, ProfileRejected, ProfileStore, Session

UNLIMITED = 80.0
"""What the charger can do, A."""
LEVELS = 3
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

DEFAULT = ChargingProfileWay(purpose=Purpose.TX_DEFAULT)
SESSION = ChargingProfileWay(purpose=Purpose.TX)
CHARGER = ChargingProfileWay(purpose=Purpose.CHARGE_POINT_MAX, scope=Scope.STATION)
LOWEST = ChargingProfileWay(purpose=Purpose.TX_DEFAULT, stack_level=0)
RELATIVE = ChargingProfileWay(purpose=Purpose.TX_DEFAULT, kind=Kind.RELATIVE)
KEY = ConfigurationKeyWay(keys={0: "MaxCurrent"})

APPROACHES = [
    Strategy(DEFAULT, Form.LAYERS),
    Strategy(DEFAULT, Form.TWO_PERIODS),
    Strategy(DEFAULT),
    Strategy(LOWEST),
    Strategy(LOWEST, Form.TWO_PERIODS),
    Strategy(SESSION, Form.TRANSACTION),
    Strategy(SESSION),
    Strategy(CHARGER),
    Strategy(KEY),
]

PLACES = [
    commands.slot(DEFAULT, 1, 1, LEVELS),
    commands.slot(SESSION, 1, 1, LEVELS),
    commands.standing_slot(LOWEST, 1, 1, LEVELS),
]

CONNECTOR = Connector(
    id=ConnectorId("CP1", 1),
    circuit="group",
    wiring=(Phase.L1,),
    maximum=UNLIMITED,
    hardware_maximum=UNLIMITED,
)

amounts = st.sampled_from([0.0, 6.0, 8.0, 10.0, 16.0, 32.0])
lives = st.sampled_from([60.0, 300.0])


@dataclass
class Charger:
    """A charger as the specification has it: the model that the ledger is judged by."""

    skew: float = 0.0
    """How far its clock is ahead of what is believed of it, s."""
    profiles: ProfileStore = field(default_factory=ProfileStore)
    keys: dict[str, float] = field(default_factory=dict)
    session: Session | None = None

    def at(self, now: float) -> float:
        """Its own time."""
        return (BEGAN + timedelta(seconds=now)).timestamp() + self.skew

    def take(self, call: Question) -> bool:
        """Do what it is asked; whether it does."""
        if call.action == "ChangeConfiguration":
            self.keys[call.payload["key"]] = float(call.payload["value"])
            return True
        connector = call.payload["connectorId"]
        try:
            profile = Profile.from_ocpp(call.payload["csChargingProfiles"])
            self.profiles.install(connector, profile, session=self.session)
        except ProfileRejected:
            return False
        return True

    def applies(self, now: float) -> float:
        """What it allows, A."""
        limits = [UNLIMITED, *self.keys.values()]
        found = self.profiles.limit(1, self.at(now), self.session)
        if found is not None:
            limits.append(found.amperes)
        return min(limits)


def counted(offer: Offer, now: float, *, online: bool) -> float:
    """What is reserved for it when current is shared, by a brain that knows nothing else."""
    reading = ConnectorReading(online=online, status=Status.CHARGING, session="7", offer=offer)
    return in_force(CONNECTOR, reading, ConnectorMemory(), Deadlines(now))


class Books(RuleBasedStateMachine):
    """Whatever is sent, answered, lost, cleared and forgotten: the books are not below the truth."""

    def __init__(self) -> None:
        """Nothing happened yet."""
        super().__init__()
        self.now = 0.0
        self.shown = 0.0
        self.transactions = 0
        self.ledger = LimitLedger()
        self.outdated: dict[str, object] = {}
        """What was stored before the disk was full."""
        self.late: list[Callable[[], None]] = []
        self._clock = patch.object(clock, "monotonic", lambda: self.now)
        self._wall = patch.object(clock, "now", lambda: BEGAN + timedelta(seconds=self.now))
        self._clock.start()
        self._wall.start()

    def teardown(self) -> None:
        """Give the clock back."""
        self._clock.stop()
        self._wall.stop()

    @initialize(skew=st.sampled_from([-55.0, 0.0, 4.0]))
    def begin(self, skew: float) -> None:
        """A charger with a clock of its own."""
        self.charger = Charger(skew=skew)

    @property
    def _session(self) -> str | None:
        session = self.charger.session
        return None if session is None else str(session.transaction_id)

    def _target(self) -> Target:
        return Target(
            connector=1,
            transaction_id=self._session,
            stack_level_maximum=LEVELS,
            now=BEGAN + timedelta(seconds=self.now + self.shown),
        )

    @rule(
        strategy=st.sampled_from(APPROACHES),
        amperes=amounts,
        life=lives,
        fallback=amounts,
        answer=st.sampled_from(
            ["at once", "at once", "late", "takes late", "never", "lost before", "refused"]
        ),
    )
    def send(
        self, strategy: Strategy, amperes: float, life: float, fallback: float, answer: str
    ) -> None:
        """A limit is sent, and something comes of it."""
        session = self.charger.session
        if strategy.needs_transaction and session is None:
            return
        call = OCPP_1_6.set_limit(
            strategy.way, self._target(), amperes, strategy.ending(life, fallback)
        )
        ticket = self.ledger.send(
            commands.slot(strategy.way, 1, 1, LEVELS),
            amperes,
            end=End.after(life) if strategy.ends else None,
            then=fallback if strategy.form is Form.TWO_PERIODS else None,
            transaction_id=self._session if strategy.needs_transaction else None,
            dated=self.shown if strategy.way is not KEY and strategy.way != RELATIVE else None,
        )
        self._outcome(call, ticket, answer)

    @rule(
        way=st.sampled_from([DEFAULT, LOWEST]),
        fallback=amounts,
        answer=st.sampled_from(["at once", "late", "takes late", "never", "refused"]),
        whatever_the_clock=st.booleans(),
    )
    def stand(
        self, way: ChargingProfileWay, fallback: float, answer: str, whatever_the_clock: bool
    ) -> None:
        """A fallback is sent: it may move to the place that a limit has."""
        call = OCPP_1_6.set_standing(
            way, self._target(), fallback, whatever_the_clock=whatever_the_clock
        )
        slot = commands.standing_slot(way, 1, 1, LEVELS)
        dated = None if whatever_the_clock else self.shown
        ticket = self.ledger.send(slot, fallback, dated=dated)
        self._outcome(call, ticket, answer)

    def _outcome(self, call: Question, ticket: int, answer: str) -> None:
        ledger = self.ledger
        if answer == "takes late":

            def take() -> None:
                if self.charger.take(call):
                    ledger.accepted(ticket)
                else:
                    ledger.not_taken(ticket)

            self.late.append(take)
            return
        taken = answer not in ("refused", "lost before") and self.charger.take(call)
        tell = (lambda: ledger.accepted(ticket)) if taken else (lambda: ledger.not_taken(ticket))
        if answer in ("at once", "refused"):
            tell()
        elif answer == "late":
            self.late.append(tell)

    @rule(data=st.data())
    def answer_late(self, data: st.DataObject) -> None:
        """One of the answers that were missing comes after all, in any order."""
        if self.late:
            self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))()

    @rule(
        profile=st.sampled_from([101, 201, 300, 401]),
        answer=st.sampled_from(["done", "lost", "not heard", "refused"]),
    )
    def clear(self, profile: int, answer: str) -> None:
        """A profile is cleared, and the answer comes or is lost."""
        name = stored_name(profile)
        question = self.ledger.clear(lambda slot: slot.name == name)
        if answer == "refused":
            self.ledger.not_cleared(question)
        elif answer != "not heard":
            self.charger.profiles.clear(id=profile)
        if answer == "done":
            self.ledger.cleared(lambda slot: slot.name == name, question)

    @rule()
    def start_session(self) -> None:
        """A car begins."""
        if self.charger.session is None:
            self.transactions += 1
            self.charger.session = Session(
                start=self.charger.at(self.now), transaction_id=self.transactions
            )
            self.ledger.session_started(str(self.transactions))

    @rule()
    def end_session(self) -> None:
        """A car ends."""
        if self.charger.session is not None:
            self.charger.session = None
            self.charger.profiles.end_transaction(1)
            self.ledger.session_ended()

    @rule(forgets=st.booleans())
    def reboot(self, forgets: bool) -> None:
        """It reboots, and is known to forget its profiles, or keeps them."""
        if forgets:
            self.charger.profiles.clear()
            self.ledger.may_be_forgotten()

    @rule(stored=st.none())
    def restart(self, stored: Stored | None = None) -> None:
        """Home Assistant is killed, and goes on with what it has stored."""
        if stored is None:
            stored = Stored(json.loads(json.dumps(self.ledger.state())))
        self.late.clear()
        self.ledger = LimitLedger()
        session = self.charger.session
        self.ledger.restore(stored, connector=1, in_session=session is not None)
        self.ledger.clock_may_be((PossibleClock(self.shown, math.inf),))
        if self._session is not None:
            self.ledger.session_started(self._session)

    @rule()
    def be_stored_for_the_last_time(self) -> None:
        """The disk is full from now on: nothing of what comes is in the books of the next one."""
        self.outdated = json.loads(json.dumps(self.ledger.state()))

    @rule(
        is_left=st.sampled_from(["what stood there", "nothing of its limits", "nothing", "damage"])
    )
    def be_killed_with_a_full_disk(self, is_left: str) -> None:
        """What was sent since may be anywhere; so it may where nothing can be read any more."""
        left: dict[str, Stored] = {
            "what stood there": Stored(self.outdated, is_outdated=True),
            "nothing of its limits": Stored({}, is_outdated=True),
            "nothing": Stored(None, is_lost=True),
            "damage": Stored({**self.ledger.state(), "slots": "?"}),
        }
        self.restart(left[is_left])

    @rule(hours=st.sampled_from([-3.0, -0.5, 0.5, 3.0]))
    def set_clock(self, hours: float) -> None:
        """Its clock is set, as it is seen to be."""
        self.shown += hours * 3600
        self.charger.skew += hours * 3600
        self.ledger.clock_may_be((PossibleClock(self.shown, math.inf),))

    @rule(seconds=st.sampled_from([1.0, 5.0, 20.0, 50.0, 55.0, 70.0, 250.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    @rule(place=st.sampled_from(PLACES))
    def be_asked(self, place: Slot) -> None:
        """Whoever wants to know may ask: it changes nothing."""
        before, ledger = self.ledger.state(), self.ledger

        def ask() -> tuple[object, ...]:
            return (
                ledger.offer,
                ledger.highest_possible,
                ledger.highest_standing,
                ledger.holds_watts,
                ledger.next_ticket,
                ledger.held_amperes(place),
                ledger.is_pending(place),
                ledger.lives_at_most(place),
                ledger.may_hold(place.is_beside),
                ledger.is_bare_without(place.is_beside),
                ledger.above(6.0),
            )

        assert ask() == ask()
        assert ledger.state() == before

    @invariant()
    def nothing_in_force_is_above_the_books(self) -> None:
        """The one sentence that a fuse hangs on; looking whether it is true changes nothing."""
        if hasattr(self, "charger"):
            before = self.ledger.state()
            applied = self.charger.applies(self.now)
            assert applied <= self.ledger.highest_possible
            for online in (True, False):
                assert applied <= counted(self.ledger.offer, self.now, online=online)
            offer = self.ledger.offer
            if offer.accepted is not None and offer.expires_at is None:
                assert applied <= max(offer.possible)
            assert self.ledger.state() == before


def test_a_fallback_that_was_cleared_unanswered_may_have_taken_the_limit_along() -> None:
    ledger = LimitLedger()
    limit = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0, then=0.0)
    fallback = ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 0.0)
    ledger.accepted(limit)
    assert ledger.highest_possible == 16.0

    def is_fallback(slot: Slot) -> bool:
        return slot.name == "standing/1"

    assert ledger.is_bare_without(is_fallback)
    # It came into the place of the limit, has gone from there, and says neither.
    question = ledger.clear(is_fallback)
    assert ledger.highest_possible == math.inf
    ledger.cleared(is_fallback, question)
    assert ledger.highest_possible == math.inf
    assert ledger.offer.accepted is None
    ledger.accepted(fallback)
    assert ledger.highest_possible == math.inf
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 10.0, then=0.0))
    assert ledger.highest_possible == 10.0


@pytest.mark.parametrize("offline", [False, True])
def test_what_stands_below_a_limit_counts_from_when_that_may_have_ended(
    offline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody renews them, and its clock is 55 s behind: each ends so much later."""
    at = 0.0
    monkeypatch.setattr(clock, "monotonic", lambda: at)
    ledger = LimitLedger()
    ledger.session_started("7")
    slot = commands.slot(SESSION, 1, 1, LEVELS)
    ledger.accepted(ledger.send(slot, 10.8, end=End.after(60.0), transaction_id="7"))
    at = 20.0
    below = commands.slot(DEFAULT, 1, 1, LEVELS)
    ledger.accepted(ledger.send(below, 12.1, end=End.after(60.0)))
    ledger.accepted(ledger.send(commands.standing_slot(DEFAULT, 1, 1, LEVELS), 0.0))
    while at < 200.0:
        assert counted(ledger.offer, at, online=not offline) >= ledger.highest_possible, at
        at += 1.0


def test_a_connector_without_a_limit_needs_no_profile_of_another() -> None:
    assert not LimitLedger().is_bare_without(lambda slot: slot.name == "standing/2")


def test_a_fallback_that_is_not_cleared_has_left_what_it_found() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0))
    fallback = ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 6.0)
    ledger.not_cleared(ledger.clear(lambda slot: slot.name == "standing/1"))
    assert set(ledger.offer.possible) == {16.0, 6.0}
    ledger.not_taken(fallback)
    assert ledger.offer.possible == (16.0,)


def test_what_two_questions_may_have_cleared_is_in_doubt_where_one_is_refused() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0))
    first = ledger.clear(lambda slot: slot.name == "default/1")
    ledger.clear(lambda slot: slot.name == "default/1")
    ledger.not_cleared(first)
    assert ledger.highest_possible == math.inf


def test_one_of_many_unanswered_that_was_cleared_may_have_taken_the_limit_along() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0))
    fallback = commands.standing_slot(LOWEST, 1, 1, LEVELS)
    ledger.send(fallback, 6.0)
    ledger.clear(lambda slot: slot.name == "standing/1")
    for _ in range(20):
        ledger.send(fallback, 6.0)
    assert ledger.highest_possible == math.inf


def test_a_limit_that_is_taken_after_it_has_ended_leaves_nothing_in_its_place() -> None:
    ledger = LimitLedger()
    ended = clock.monotonic() - 120.0
    late = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0, end=End(ended, ended))
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 10.0))
    assert ledger.highest_possible == 10.0
    ledger.accepted(late)
    assert ledger.highest_possible == math.inf


def test_what_moved_unanswered_and_was_replaced_there_is_not_where_it_was_for_sure() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.standing_slot(DEFAULT, 1, 1, LEVELS), 6.0))
    ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 6.0)
    limit = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0)
    assert ledger.highest_possible == math.inf  # what others left may stand above all that
    ledger.accepted(limit)
    assert ledger.highest_possible == 16.0


def test_a_place_that_was_taken_twice_is_empty_once_the_second_has_ended() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.standing_slot(DEFAULT, 1, 1, LEVELS), 6.0))
    ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 6.0)
    ended = clock.monotonic() - 1.0
    ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 6.0, end=End(ended, ended))
    assert ledger.highest_possible == math.inf


def test_a_key_that_is_raised_counts_at_once_where_nobody_knows_what_set_the_old_limit() -> None:
    ledger = LimitLedger()
    written_by_version_0_1 = {"accepted": 16.0, "in_flight": [], "superseded": []}
    ledger.restore(Stored(written_by_version_0_1), connector=1, in_session=False)
    ledger.send(commands.slot(KEY, 1, 1, None), 32.0)
    assert set(ledger.offer.possible) == {16.0, 32.0}
    ledger.send(commands.slot(CHARGER, 1, 1, LEVELS), 20.0)
    assert ledger.highest_possible == 32.0


def test_a_fallback_taken_late_may_be_in_the_place_of_a_limit_that_allows_the_same() -> None:
    ledger = LimitLedger()
    fallback = ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 6.0)
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 6.0))
    ledger.accepted(fallback)
    assert ledger.highest_possible == 6.0

    def is_fallback(slot: Slot) -> bool:
        return slot.name == "standing/1"

    ledger.cleared(is_fallback, ledger.clear(is_fallback))
    assert ledger.highest_possible == math.inf


def test_a_limit_taken_late_may_be_in_the_place_of_one_without_an_answer() -> None:
    ledger = LimitLedger()
    first = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0)
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0))
    cut = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 6.0)
    ledger.accepted(first)
    ledger.accepted(cut)
    assert ledger.highest_possible == 16.0
    ledger.accepted(ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 6.0))
    assert ledger.highest_possible == 6.0


def test_a_limit_taken_late_and_then_cleared_may_have_replaced_a_later_fallback() -> None:
    ledger = LimitLedger()
    late = ledger.send(commands.slot(LOWEST, 1, 1, LEVELS), 16.0)
    fallback = ledger.send(commands.standing_slot(LOWEST, 1, 1, LEVELS), 6.0)
    ledger.accepted(late)

    def is_limit(slot: Slot) -> bool:
        return slot.name == "default/1"

    ledger.cleared(is_limit, ledger.clear(is_limit))
    # It was taken, but nobody knows whether before the limit or after it.
    ledger.accepted(fallback)
    assert ledger.highest_possible == math.inf


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize(
    "stored",
    [Stored({}, is_outdated=True), Stored(None, is_lost=True)],
    ids=["outdated", "lost"],
)
def test_what_is_in_no_book_may_overrule_the_first_limit_that_is_taken(stored: Stored) -> None:
    ledger = LimitLedger()
    ledger.restore(stored, connector=1, in_session=True)
    ledger.session_started("7")
    ledger.accepted(ledger.send(commands.slot(DEFAULT, 1, 1, LEVELS), 10.0))
    assert ledger.offer.accepted is None
    assert ledger.highest_possible == math.inf
    for name in ("session/1", "standing/1"):
        named = partial(_is_called, name)
        # Whatever else may be there: this does not keep the charger from having a limit.
        assert not ledger.is_bare_without(named)
        ledger.cleared(named, ledger.clear(named))
    assert ledger.offer.possible == (10.0,)
    assert ledger.highest_possible == 10.0


def _is_called(name: str, slot: Slot) -> bool:
    return slot.name == name


def test_what_nobody_knows_of_a_slot_stays_unknown_over_a_second_restart() -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(commands.slot(DEFAULT, 1, 1, LEVELS), 8.0))
    outdated = LimitLedger()
    outdated.restore(Stored(ledger.state(), is_outdated=True), connector=1, in_session=True)
    again = LimitLedger()
    kept = json.loads(json.dumps(outdated.state()))
    again.restore(Stored(kept), connector=1, in_session=True)
    assert again.highest_possible == math.inf
    # A limit beside what is unknown does not make that known, one in its place does.
    again.accepted(again.send(commands.slot(DEFAULT, 1, 1, LEVELS), 10.0))
    again.accepted(again.send(commands.standing_slot(DEFAULT, 1, 1, LEVELS), 6.0))
    assert again.highest_possible == math.inf
    again.session_ended()
    assert again.highest_possible == 10.0
