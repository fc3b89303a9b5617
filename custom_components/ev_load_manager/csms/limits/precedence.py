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
    """Every limit that may act in the session that runs (None: none does), A per phase."""
    by_layer: dict[Layer, list[Said]] = {layer: [] for layer in Layer}
    for one in everything:
        by_layer[one[0].slot.layer].append(one)
    session = _of_stack(by_layer[Layer.SESSION], transaction_id)
    default = {_limit(said) for said in _of_stack(by_layer[Layer.DEFAULT], transaction_id)}
    own = {said for said in session if said is not None}
    if None in session:
        own |= default
    charger = {_limit(said) for said in _of_stack(by_layer[Layer.CHARGER], transaction_id)}
    settings = _of_settings(by_layer[Layer.SETTING])
    return {min(one, two, three) for one in own for two in charger for three in settings}


def _of_stack(entries: Sequence[Said], transaction_id: str | None) -> set[float | None]:
    """What the profiles of one purpose may say: the highest level that says something."""
    found: set[float | None] = set()
    says_something = False
    for level in sorted({entry.slot.level for entry, _ in entries}, reverse=True):
        leads = False
        for entry, said in entries:
            if entry.slot.level != level:
                continue
            found |= said - {None}
            if not entry.sure or None in said or not _acts(entry, transaction_id):
                continue
            instead = [
                (other, others)
                for other, others in entries
                if other.ticket > entry.ticket and other.slot.replaces(entry.slot)
            ]
            if all(None not in others for _, others in instead):
                says_something = True
                leads |= all(other.slot.level == level for other, _ in instead)
        if leads:
            return found
    return found if says_something else found | {None}


def _acts(entry: Entry, transaction_id: str | None) -> bool:
    """Whether a limit surely counts in the session that runs."""
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
