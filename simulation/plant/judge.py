"""Compares books with the truth: what a charger really applies, and what is believed of it.

The truth is the simulated charger's own: its profiles, keys and hardware by OCPP's
rules. The books are what the integration says may be in force. At no moment may the
truth be higher: the sum of all limits rests on that.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from custom_components.ev_load_manager import clock

from ..charger.machine import Machine
from ..charger.misbehaviour import does_nothing

TOLERANCE: Final = 0.05
"""A that count as the same."""
ON_ITS_WAY: Final = 2.0
"""Seconds that news of a session, or of a connection, may take to everybody."""
IS_NOTICED: Final = 87.0
"""Seconds after which it is seen that a car draws more than it was offered, or is counted."""
IS_NOTICED_BY_ENERGY: Final = 12.0 + 5 * 60.0
"""The same where a charger tells its energy alone, each minute. What flowed between two of its
reports may have flowed since the one before: so four of them prove two thirds of what its car draws,
once that had time to follow its limit, and one more has to show that it goes on."""
_PROVEN_BY_ENERGY: Final = 2 / 3
TOLD_AGAIN: Final = 15.0
"""Seconds after its return in which a charger that forgot its limits is told one again."""
_BOOKED, _COUNTED, _DRAWN = "the ledger says", "the balancing counts", "drawn"
_MOST_KEPT: Final = 200
"""Moments that are remembered one by one."""


class Books(Protocol):
    """What is believed of every connector."""

    def possible(self, charger_id: str, number: int) -> float | None:
        """The highest limit that may be in force by the ledger, A; None: there are no books."""

    def counted(self, charger_id: str, number: int) -> float | None:
        """What is reserved for it when current is shared, A; None: nobody looks at it now."""

    def session(self, charger_id: str, number: int) -> str | None:
        """The id of its transaction, as far as that is known."""

    def forgets(self, charger_id: str, number: int) -> bool:
        """Whether it was seen to forget its limits when its link is lost."""

    def is_away(self, charger_id: str, number: int) -> bool:
        """Whether it is known that its link is lost."""


@dataclass(slots=True, kw_only=True)
class Below:
    """A time without a break in which books were below the truth."""

    outlet: str
    model: str
    start: float
    end: float
    truth: float
    """The highest limit that was applied meanwhile, A."""
    books: float
    """What the books said at its start, A."""
    what: str
    """Which books."""
    does: str = "applies"
    holds: str
    """What the charger held at its start."""

    def __str__(self) -> str:
        """Say it for people."""
        return (
            f"{self.outlet} ({self.model}) {self.does} {self.truth:.1f} A"
            f" where {self.what} {self.books:.1f} A,"
            f" for {self.end - self.start:.0f} s from {self.start:.1f} s on; it holds {self.holds}"
        )


@dataclass(slots=True)
class _Suspect:
    """Books that are below the truth, perhaps only because news is on its way."""

    below: Below
    sure: bool


class Judge:
    """Looks at chargers again and again, and remembers each time that books were wrong."""

    def __init__(self, books: Books) -> None:
        """Judge by `books`."""
        self.moments = 0
        """How many times books went below the truth."""
        self.looks = 0
        """How often anything was compared."""
        self.found: list[Below] = []
        """The first of these times, oldest first."""
        self.unnoticed: list[Below] = []
        """The first times that more was drawn than is counted, for longer than it takes to
        see that: what a charger does that was told to do less."""
        self.unseeable: list[Below] = []
        """The same where nothing that the charger tells proves it."""
        self._books = books
        self._open: dict[tuple[str, int, str], _Suspect] = {}

    def look(self, charger: Machine) -> None:
        """Compare what `charger` applies now with the books."""
        for number in charger.connectors:
            self._compare(charger, number)

    def close(self) -> None:
        """Nobody is to be judged by what was: the books are being replaced."""
        self._open.clear()

    def _compare(self, charger: Machine, number: int) -> None:
        if not charger.can_serve(number) or self._is_beyond_knowing(charger, number):
            self._well(charger.id, number, _BOOKED)
            self._well(charger.id, number, _COUNTED)
            self._well(charger.id, number, _DRAWN)
            return
        truth = charger.connectors[number].pilot(charger.held_limit(number))
        transaction = charger.transaction_id(number)
        told = transaction is not None and transaction == self._books.session(charger.id, number)
        self.looks += 1
        possible = self._books.possible(charger.id, number)
        if number in charger.forgot:
            # What it took last is on the ledger until it is back; what it may have lost meanwhile
            # is counted beside.
            possible, told = possible if charger.accepted else None, False
        self._weigh(charger, number, _BOOKED, truth, possible, at_once=told)
        counted = self._books.counted(charger.id, number)
        self._weigh(charger, number, _COUNTED, truth, counted, at_once=False)
        self._note_draw(charger, number, counted)

    def _is_beyond_knowing(self, charger: Machine, number: int) -> bool:
        """Whether it lost its limits by itself, and nobody can know that, or tell it others yet."""
        if number not in charger.forgot:
            return False
        if self._books.forgets(charger.id, number):
            # It was seen to do so: whoever knows that its link was lost knows that it may have.
            return not charger.accepted and not self._books.is_away(charger.id, number)
        if not charger.accepted or clock.monotonic() < charger.accepted_at + TOLD_AGAIN:
            return True
        how = charger.misbehaviours.get("SetChargingProfile") or charger.misbehaviours.get("*")
        return does_nothing(how)

    def _weigh(
        self,
        charger: Machine,
        number: int,
        what: str,
        truth: float,
        books: float | None,
        *,
        at_once: bool,
    ) -> None:
        if books is None or truth <= books + TOLERANCE:
            self._well(charger.id, number, what)
            return
        now = clock.monotonic()
        key = (charger.id, number, what)
        suspect = self._open.get(key)
        if suspect is None:
            below = self._below(charger, number, what, truth, books)
            suspect = self._open[key] = _Suspect(below, sure=False)
        suspect.below.end = now
        suspect.below.truth = max(suspect.below.truth, truth)
        if not suspect.sure and self._is_sure(suspect.below, at_once=at_once):
            suspect.sure = True
            self.moments += 1
            if len(self.found) < _MOST_KEPT:
                self.found.append(suspect.below)

    def _note_draw(self, charger: Machine, number: int, counted: float | None) -> None:
        """Remember where a car goes on to draw clearly more than is counted for it."""
        drawn = max(charger.connectors[number].terminals)
        if counted is None or not is_clearly_more(drawn, counted):
            self._well(charger.id, number, _DRAWN)
            return
        key = (charger.id, number, _DRAWN)
        suspect = self._open.get(key)
        if suspect is None:
            below = self._below(charger, number, _COUNTED, drawn, counted)
            below.does = "draws"
            suspect = self._open[key] = _Suspect(below, sure=False)
        suspect.below.end = clock.monotonic()
        suspect.below.truth = max(suspect.below.truth, drawn)
        lasted = suspect.below.end - suspect.below.start
        if not suspect.sure and lasted > is_noticed_within(charger):
            suspect.sure = True
            provable = is_clearly_more(_proven(charger, number), counted)
            kept = self.unnoticed if provable else self.unseeable
            if len(kept) < _MOST_KEPT:
                kept.append(suspect.below)

    @staticmethod
    def _below(charger: Machine, number: int, what: str, truth: float, books: float) -> Below:
        now = clock.monotonic()
        return Below(
            outlet=f"{charger.id}/{number}",
            model=charger.model_name,
            start=now,
            end=now,
            truth=truth,
            books=books,
            what=what,
            holds=charger.holds(number),
        )

    def _is_sure(self, below: Below, *, at_once: bool) -> bool:
        """Whether no news that is on its way can explain it."""
        return at_once or below.end - below.start >= ON_ITS_WAY

    def _well(self, charger_id: str, number: int, what: str) -> None:
        if self._open:
            self._open.pop((charger_id, number, what), None)


def is_noticed_within(charger: Machine) -> float:
    """Seconds after which it is seen what its cars draw, by what it tells of that each minute."""
    return IS_NOTICED_BY_ENERGY if _tells_energy_alone(charger) else IS_NOTICED


def _proven(charger: Machine, number: int) -> float:
    """What all that it tells proves of what its car draws on a phase, A.

    Power and energy are those of all phases: where a car uses one of three, they may as well
    be a third of it on each.
    """
    connector = charger.connectors[number]
    if "Current.Import" in charger.reported:
        return max(connector.terminals)
    proven = sum(connector.terminals) / len(connector.wiring)
    return proven * _PROVEN_BY_ENERGY if _tells_energy_alone(charger) else proven


def _tells_energy_alone(charger: Machine) -> bool:
    return not {"Current.Import", "Power.Active.Import"}.intersection(charger.reported)


def is_clearly_more(amperes: float, limit: float) -> bool:
    """Whether a current is above a limit by more than cars and meters may be wrong."""
    return amperes > limit + max(1.0, 0.1 * limit)
