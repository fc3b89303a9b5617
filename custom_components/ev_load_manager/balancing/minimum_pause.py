"""How long a car that was paused rests: since when there has been room for it, and until when.

A pause has a minimum because contactors wear and people wonder; it is shorter where the car had
to go for want of room, and the room has come back and stays.
"""

from .memory import Memory
from .network import Network, Table, add, fits
from .participant import Participant
from .supply import Supply


def keep_turns(active: list[Participant], now: float) -> None:
    """Note whose turn begins and whose is over."""
    # Who leaves while nobody comes was not in anybody's way: there was no room.
    lacks_room = not any(one.serve and one.memory.serving_since is None for one in active)
    for one in active:
        memory = one.memory
        if one.serve:
            if memory.serving_since is None:
                memory.serving_since = now
                memory.first_in_line = False
        elif memory.serving_since is not None:
            memory.served += now - memory.serving_since
            memory.serving_since = None
            if memory.limit is not None and memory.limit >= one.minimum:
                memory.paused_at = memory.waiting_since = now
                memory.lacked_room = lacks_room


def note_room(
    active: list[Participant],
    free: Table,
    fixed: Table,
    supply: Supply,
    network: Network,
    now: float,
) -> None:
    """Note since when there is room for those who were paused because there was none."""
    lacking = []
    for one in active:
        if one.memory.serving_since is None and one.memory.lacked_room:
            lacking.append(one)
        else:
            one.memory.room_since = one.memory.limits_leave_room_since = None
    if not lacking:
        return
    left = list(free)
    by_limits = [
        limit - taken
        for limit, taken in zip(
            network.from_currents(supply.limits, supply.power.limits), fixed, strict=True
        )
    ]
    for one in active:
        if one.memory.serving_since is not None:
            add(left, one.places, -one.minimum)
            add(by_limits, one.places, -one.minimum)
    for one in lacking:
        memory = one.memory
        if not fits(left, one.places, one.minimum):
            memory.room_since = None
        elif memory.room_since is None:
            memory.room_since = now
        if not fits(by_limits, one.places, one.minimum):
            memory.limits_leave_room_since = None
        elif memory.limits_leave_room_since is None:
            memory.limits_leave_room_since = now


def rests(one: Participant, group: Memory, now: float) -> bool:
    """Whether it is too early for it to begin again, whatever room there is."""
    paused_at = one.memory.paused_at
    return paused_at is not None and now < paused_at + minimum_pause(one, group)


def minimum_pause(one: Participant, group: Memory) -> float:
    """How long its pause lasts at least, s; shorter where room has come and stays."""
    tuning, memory = group.tuning, one.memory
    room_since, limits_since = memory.room_since, memory.limits_leave_room_since
    if (
        not memory.lacked_room
        or room_since is None
        or limits_since is None
        or memory.paused_at is None
    ):
        return tuning.minimum_pause_for_turns
    held_at = max(room_since + tuning.room_held_for, limits_since + tuning.limit_held_for)
    return min(
        tuning.minimum_pause_for_turns,
        max(tuning.minimum_pause_for_room, held_at - memory.paused_at),
    )
