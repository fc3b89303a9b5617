"""How far a session in the book can be believed."""

from enum import IntFlag
from typing import Final


class Flag(IntFlag):
    """What is not as it should be with a session; kept as a number, so that values never change."""

    START_UNKNOWN = 1
    """Its start was not seen, or its register there can't be: the energy is at least what is told."""
    STOP_LOST = 2
    """It ended, but nobody told its end: by the next one, a car that was gone, or by hand."""
    TOLD_LATE = 4
    """Its start or its end was told after an outage."""
    CLOCK_DOUBTFUL = 8
    """Its charger's clock was wrong, or told no time: its times are of ours."""
    REGISTER_RESET = 16
    """Its meter was replaced, reset, or rolled over meanwhile."""
    SESSION_RELATIVE = 32
    """Its charger counts from 0 in each session."""
    ESTIMATED = 64
    """For over a quarter hour nothing was told: when its energy flowed is an estimate."""
    IMPLAUSIBLE = 128
    """Its register rose by more than can have flowed, which was left out."""
    BACKWARDS = 256
    """Its register went back by a little, which was left out."""
    OTHER_CARD = 512
    """It was ended with another card than it was begun with."""
    OTHER_SOURCE = 1024
    """Its energy is not from its charger's register."""
    EDITED = 2048
    """An administrator changed it; what was told is still there."""
    VOID = 4096
    """An administrator took it out of all sums; it is still there."""
    UNORDERED = 8192
    """A clock was set within it, as far as its times, its register or its charger's clock tell."""


WHOLE: Final = Flag(0)
"""Nothing is wrong."""
TOLD: Final = Flag.TOLD_LATE | Flag.CLOCK_DOUBTFUL | Flag.START_UNKNOWN | Flag.OTHER_SOURCE
"""What whoever tells a session knows; the rest follows from what was told."""
MADE: Final = Flag.EDITED | Flag.VOID
"""What only an administrator does."""


def keys_of(flags: int) -> list[str]:
    """What is not as it should be, as the texts call it."""
    return [str(one.name).lower() for one in Flag(flags)]
