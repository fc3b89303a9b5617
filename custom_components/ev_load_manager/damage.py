"""What of the stored values could not be read, and how people hear of it."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN, LOGGER
from .markdown import as_it_is

STORED_DAMAGED: Final = "stored_damaged"
_MOST_TOLD: Final = 10


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


@callback
def async_tell_damage(hass: HomeAssistant, entry_id: str, damage: Damage, *, group: str) -> None:
    """Say what counts in place of what was lost.

    Only a person knows what it was, so it stays until somebody has confirmed it,
    also over a restart: the file is written anew long before.
    """
    if not damage.parts:
        return
    told = ", ".join(map(as_it_is, damage.parts[:_MOST_TOLD]))
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{STORED_DAMAGED}_{entry_id}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=STORED_DAMAGED,
        translation_placeholders={
            "group": group,
            "parts": f"{told}, …" if len(damage.parts) > _MOST_TOLD else told,
        },
    )
