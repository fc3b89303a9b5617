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
    room_held_for: float = 15.0
    """And until there has been room for this long, but no longer than for a turn.
    What a building leaves counts as room only after `hold_time`."""
    limit_held_for: float = 45.0
    """And until the limits alone have left it room for this long: somebody may turn
    them up and down every few seconds."""
    minimum_pause_for_turns: float = 300.0
    """A car whose turn was over waits at least this long: contactors wear."""
    hold_time: float = 30.0
    """A peak of the other load is held this long."""
    grace: float = 10.0
    """A car stays at its minimum over the limit for this long before a building makes
    it pause."""
    patience_returns_after: float = 3600.0
    """A grace that ended in a pause is followed by none, until this long after it:
    what came for minutes once, a sauna's oven, comes for minutes again."""
