"""The fallback that a charger holds for a connector, and what it may hold instead."""

from typing import Any, NamedTuple

from ...data_files.values import current, text
from .slots import Slot
from .strategies import Form


class Standing(NamedTuple):
    """The fallback that the charger holds."""

    place: str
    """Where it is (`Strategy.place`)."""
    amperes: float

    @property
    def is_key(self) -> bool:
        """Whether a key of its own holds it, of which the ledger knows nothing."""
        return self.place == Form.KEY

    def may_be_in(self, slot: Slot) -> bool:
        """Whether it may be what a slot holds: it is a profile of its own."""
        return slot.standing and self.place.startswith("profile/")


class MayStand:
    """What a charger may hold as its fallback beside what it is known to hold.

    What it was told without an answer may have been taken, and a key keeps what it was
    told before others were refused.
    """

    def __init__(self) -> None:
        """Nothing but what is known."""
        self.asked: Standing | None = None
        """What it was told last, and has not answered; None: nothing."""
        self.key = 0.0
        """The most that a key may hold, A per phase."""

    def leaves(self, standing: Standing) -> None:
        """It is told to hold this."""
        self.asked = standing
        if standing.is_key:
            self.key = max(self.key, standing.amperes)

    def took(self, standing: Standing, *, seen: bool) -> None:
        """It took this, in time or late; `seen`: it was read there, whatever it was told."""
        asked = self.asked
        if asked is not None and asked.place == standing.place:
            if not seen and asked != standing:
                return  # that one left later
            self.asked = None
        if standing.is_key:
            self.key = standing.amperes

    def sure(self, standing: Standing | None) -> Standing | None:
        """What it is known to hold, where nothing else may have taken its place."""
        return None if standing is None or self.is_open(standing.place) else standing

    def is_open(self, place: str) -> bool:
        """Whether it is not known if the last that it was told for a place is there."""
        return self.asked is not None and self.asked.place == place


def standing_from(value: Any) -> Standing:
    """Read what `plain` made of one. Raises ValueError and TypeError."""
    place, amperes = value
    return Standing(text(place), current(amperes))
