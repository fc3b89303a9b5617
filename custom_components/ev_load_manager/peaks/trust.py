"""How far what a meter counts by itself is believed: it has to agree with the power that it shows.

A register of another tariff or of one phase only, or a running average of something else, would
give cars more of a window than there is.
"""

from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 100.0
"""Wh that have to be seen before anything is said of a count."""
AGREES: Final = 0.7
"""Share of what was seen that a count has to tell at least: powers are sampled, and in some homes
of phases that the count sets off against each other."""


@dataclass(slots=True)
class Trust:
    """Compares a count with what was surely seen meanwhile, window by window. Energies in Wh."""

    refused: bool = False
    """It is not believed, until it has agreed for a whole window."""
    _counted: float = 0.0
    _seen: float = 0.0
    _disagreed: bool = False

    def compare(self, counted: float, seen: float, *, resolution: float = 0.0) -> bool:
        """Take in a count and what was surely seen meanwhile; whether it is believed."""
        self._counted += counted
        self._seen += seen
        if self._seen >= ENOUGH and self._counted + resolution < AGREES * self._seen:
            self.refuse()
        return not self.refused

    def refuse(self) -> None:
        """It told what can't be."""
        self.refused = self._disagreed = True

    def begin_anew(self) -> None:
        """It may be another one that counts from now on: what agreed before says nothing of it."""
        self._counted = self._seen = 0.0

    def begin_window(self) -> None:
        """A window is over: who agreed for all of it is believed again."""
        if self._seen >= ENOUGH and not self._disagreed:
            self.refused = False
        self._counted = self._seen = 0.0
        self._disagreed = False
