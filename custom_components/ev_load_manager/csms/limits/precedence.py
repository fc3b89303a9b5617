"""Which of the limits that a charger holds acts: the rules of OCPP 1.6, section 3.13.1.

A session's own profile overrules the defaults, the highest level of a stack that
says something is followed, and the lowest of what the session, the whole charger
and its settings allow holds. What is not sure gives more than one answer.
"""

from collections.abc import Sequence
import math
from typing import Final

from .slots import Entry, Layer

UNLIMITED: Final = math.inf
"""What acts where nothing says anything."""

type Said = tuple[Entry, set[float | None]]
"""A limit, and what it may allow at a moment, A per phase; None: nothing."""


def effective(everything: Sequence[Said], transaction_id: str | None) -> set[float]:
    """Every limit that may act in the session that runs (None: none does), A per phase.

    `everything` is in the order in which it was sent.
    """
    session = _of_stack(Layer.SESSION, everything, transaction_id)
    default = {_limit(said) for said in _of_stack(Layer.DEFAULT, everything, transaction_id)}
    own = {said for said in session if said is not None}
    if None in session:
        own |= default
    charger = {_limit(said) for said in _of_stack(Layer.CHARGER, everything, transaction_id)}
    settings = _of_settings([one for one in everything if one[0].slot.layer is Layer.SETTING])
    return {min(one, two, three) for one in own for two in charger for three in settings}


def _of_stack(
    layer: Layer, everything: Sequence[Said], transaction_id: str | None
) -> set[float | None]:
    """What the profiles of one purpose may say: the highest level that says something."""
    found: set[float | None] = set()
    says_something = False
    here = [one for one in everything if one[0].slot.layer is layer]
    for level in sorted({entry.slot.level for entry, _ in here}, reverse=True):
        leads = False
        for entry, said in here:
            if entry.slot.level != level:
                continue
            found |= said - {None}
            instead = _instead_of(entry, everything)
            if not entry.taken or not all(
                _surely_says(one, transaction_id) for one in ((entry, said), *instead)
            ):
                continue
            says_something = True
            leads |= all(
                (other.slot.layer, other.slot.level) == (layer, level) for other, _ in instead
            )
            # What another purpose has replaced never was of this one: nobody knew its place.
            for other, others in instead:
                found |= others if other.slot.layer is not layer else set()
        if leads:
            return found
    return found if says_something else found | {None}


def _instead_of(entry: Entry, everything: Sequence[Said]) -> list[Said]:
    """What may be there in place of a limit, or of what replaced that: each was sent later."""
    slots = [entry.slot]
    found: list[Said] = []
    for one in everything:
        other = one[0]
        if other.ticket > entry.ticket and any(other.slot.replaces(slot) for slot in slots):
            slots.append(other.slot)
            found.append(one)
    return found


def _surely_says(one: Said, transaction_id: str | None) -> bool:
    """Whether something acts in the session that runs for as long as nothing replaces it."""
    entry, said = one
    if entry.doubt is not None or None in said:
        return False
    if entry.slot.layer is not Layer.SESSION:
        return True
    return transaction_id is not None and entry.transaction_id == transaction_id


def _of_settings(entries: Sequence[Said]) -> set[float]:
    """What keys and vendor messages may allow: the lowest of them."""
    lowest = {UNLIMITED}
    for name in {entry.slot.name for entry, _ in entries}:
        here = [(entry, said) for entry, said in entries if entry.slot.name == name]
        values = {_limit(limit) for _, said in here for limit in said}
        if not any(entry.sure for entry, _ in here):
            values.add(UNLIMITED)
        lowest = {min(one, other) for one in lowest for other in values}
    return lowest


def _limit(said: float | None) -> float:
    return UNLIMITED if said is None else said
