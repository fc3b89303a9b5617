"""What of the stored values could not be read, and what counts in its place."""

from collections.abc import Callable
from typing import Any

from ..const import LOGGER


class Damage:
    """What could not be read when a group began."""

    def __init__(self) -> None:
        """Nothing so far."""
        self.parts: list[str] = []
        """What it was, in the words of the file."""

    def note(self, part: str, value: object, taken: object) -> None:
        """`value` can't be read, and `taken` counts in its place, on the safer side."""
        self.parts.append(part)
        LOGGER.warning(
            "Stored %s can't be read (%s); %s counts in its place", part, repr(value)[:100], taken
        )

    def read[T](self, part: str, value: Any, read: Callable[[Any], T], safer: T) -> T:
        """What `read` makes of a stored value; where it can't, `safer`, which is noted."""
        try:
            return read(value)
        except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
            self.note(part, value, safer)
            return safer
