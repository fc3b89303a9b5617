"""What is said to people where something can't be."""


class SettingError(ValueError):
    """A setting that can't be; `field` and `key` lead to the words for it."""

    def __init__(self, field: str, key: str, **placeholders: str) -> None:
        """Name the field, the text's key and what the text mentions."""
        super().__init__(f"{field}: {key}")
        self.field = field
        self.key = key
        self.placeholders = placeholders
