"""What is said to people where something can't be, and how numbers are written in what is said."""

from typing import Final

from homeassistant.core import async_get_hass_or_none
from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN

_DECIMAL_COMMA: Final = frozenset(
    {"de", "fi", "nb", "nl", "sv", "da", "fr", "es", "it", "pl", "cs"}
)
"""Languages whose readers take the point for what parts thousands."""
_MANY: Final = 1e9
"""Only what is broken tells such numbers: they are shortened."""


def decimal_mark(language: str) -> str:
    """What stands between the whole and its parts where people speak a language (`de`, `en-GB`)."""
    return "," if language.partition("-")[0] in _DECIMAL_COMMA else "."


def figure(value: float, decimals: int = 2, *, all_decimals: bool = False) -> str:
    """A number as the people of this Home Assistant write it.

    For what is put into translated texts (flows, repairs, messages, exceptions): the frontend
    leaves what it is given there as it is. No more than so many decimals; noughts at
    the end only with `all_decimals`, where numbers stand below each other.
    """
    text = f"{value:.{decimals}f}" if abs(value) < _MANY else f"{value:g}"
    if "." in text and not all_decimals:
        text = text.rstrip("0").rstrip(".")
    if not text.strip("-0."):
        text = text.removeprefix("-")
    hass = async_get_hass_or_none()
    return text if hass is None else text.replace(".", decimal_mark(hass.config.language))


class SettingError(ValueError):
    """A setting that can't be; `field` and `key` lead to the words for it."""

    def __init__(self, field: str, key: str, **placeholders: str) -> None:
        """Name the field, the text's key and what the text mentions."""
        super().__init__(f"{field}: {key}")
        self.field = field
        self.key = key
        self.placeholders = placeholders

    @property
    def refusal(self) -> ServiceValidationError:
        """The same for who asked by an action."""
        return refusal(self.key, **self.placeholders)


def refusal(key: str, **placeholders: str) -> ServiceValidationError:
    """What an action raises that can't be; `key` leads to the words for it."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
