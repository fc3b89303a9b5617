"""The constants that trade current used against calm, in one place.

They are values and not module constants, so that a comparison can run the same
controller with others (`script/bench home`). The product uses the defaults.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How long what is waited for; seconds."""

    minimum_pause_for_room: float = 120.0
    """A car that was paused because there was no room waits at least this long."""
    room_held_for: float = 45.0
    """And until there has been room for this long, but no longer than for a turn."""
    minimum_pause_for_turns: float = 300.0
    """A car whose turn was over waits at least this long: contactors wear."""
    hold_time: float = 30.0
    """A peak of the other load is held this long."""
