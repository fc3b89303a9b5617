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


type Misbehaviour = (
    NoAnswer | LateAnswer | FixedAnswer | ErrorAnswer | WrongId | TwiceAnswered | GarbageAnswer
)
