"""What a charger may do instead of answering properly.

Put one into `SimulatedCharger.misbehaviours` under the name of an action, or
under "*" for every action.
"""

from dataclasses import dataclass, field

from .frames import Payload


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It does as it is told, or not (`obey`), and never says so."""

    obey: bool = False


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """It answers after so many seconds; what it was told acts at once."""

    seconds: float = 40.0
    most: float | None = None
    """Each answer takes its own time between `seconds` and this; None: always `seconds`."""


@dataclass(frozen=True, slots=True)
class FixedAnswer:
    """It answers this and does nothing, such as Accepted and ignored."""

    payload: Payload = field(default_factory=lambda: {"status": "Rejected"})


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """It answers with a CALLERROR."""

    code: str = "InternalError"
    description: str = ""


@dataclass(frozen=True, slots=True)
class WrongId:
    """It answers a question that nobody asked."""


@dataclass(frozen=True, slots=True)
class TwiceAnswered:
    """It answers properly, two times."""


@dataclass(frozen=True, slots=True)
class GarbageAnswer:
    """It answers something that is no frame."""

    text: str = '[3,"'


type Always = (
    NoAnswer | LateAnswer | FixedAnswer | ErrorAnswer | WrongId | TwiceAnswered | GarbageAnswer
)
"""It does so every time."""


@dataclass(slots=True, kw_only=True)
class Sometimes:
    """It does so for some calls, and answers the others properly."""

    misbehaviour: Always
    every: int = 1
    """The first of so many calls, again and again."""
    times: int | None = None
    """So often all in all; None: for ever."""
    _calls: int = 0
    _done: int = 0

    def turn(self) -> Always | None:
        """What happens to the call that has come now."""
        mine = self._calls % self.every == 0
        self._calls += 1
        if not mine or (self.times is not None and self._done >= self.times):
            return None
        self._done += 1
        return self.misbehaviour


def once(misbehaviour: Always) -> Sometimes:
    """It does so to the next call, and to no other."""
    return Sometimes(misbehaviour=misbehaviour, times=1)


def loses_one_answer_in(calls: int) -> Sometimes:
    """It does as it is told; the answer to one of so many calls gets lost."""
    return Sometimes(misbehaviour=NoAnswer(obey=True), every=calls)


type Misbehaviour = Always | Sometimes


def does_nothing(misbehaviour: Misbehaviour | None) -> bool:
    """Whether a charger that answers so does nothing of what it is asked, each time or at times."""
    match misbehaviour:
        case NoAnswer(obey):
            return not obey
        case FixedAnswer() | ErrorAnswer():
            return True
        case Sometimes(misbehaviour=at_times):
            return does_nothing(at_times)
        case _:
            return False
