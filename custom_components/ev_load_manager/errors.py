"""What is said to people where something can't be."""

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN


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
