"""Makes what came over a socket harmless: text, numbers, and how much of it there is.

Everything that a charger or a stranger says passes here once, where its frame is
parsed, and is then shown, logged, stored and sent to browsers by others. One lone
surrogate in a text is enough to make a file or an answer that holds it unwritable;
a bidirectional control character makes a page show something else than is there.

What is too long or can't be is cut or left out, not refused: firmware is sloppy,
and must be able to charge.
"""

from collections.abc import Mapping
from typing import Any, Final

MOST_VALUES: Final = 20_000
"""Values in one frame. 256 KiB of meter values are some 12,000."""
DEEPEST: Final = 16
"""Levels in one frame; OCPP 1.6 has six."""
LONGEST_TEXT: Final = 500
"""Characters of a text that has no limit of its own (in OCPP 1.6, 7.13 a CiString500)."""
SIGNED: Final = "signeddata"
"""A value's `format`, in small letters, that makes it evidence: changed by a letter, it is none."""
LONGEST_SIGNED: Final = 10_000
"""Characters of such a value; longer ones are no signed meter values."""
_LONGEST_NAME: Final = 50
_CUT: Final = "…"
_STRANGE: Final = "\N{REPLACEMENT CHARACTER}"
_GREATEST: Final = 1e15
"""No number of OCPP is as great, and a float tells every whole number up to there."""


class TooMuch(Exception):
    """A frame with more in it than any charger has to say."""


def harmless(value: Any, longest: Mapping[str, int]) -> Any:
    """The same JSON value, fit to be kept, shown, and written; raises TooMuch.

    `longest`: characters of a field's text, by its name.
    """
    return _Cleaner(longest).clean(value, LONGEST_TEXT, 0)


def plain_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text that can be written and shown: one line of printable characters.

    Line breaks and tabs become spaces. What can't be shown, or changes how the rest
    is shown, becomes a replacement character, so that two texts that differ in it
    still differ from those that have none. A text that is cut ends in an ellipsis.
    """
    if len(text) > longest:
        text = f"{text[: longest - 1]}{_CUT}"
    # Firmware in C pads its texts with zeros.
    text = text.rstrip("\0")
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else " " if character.isspace() else _STRANGE
        for character in text
    )


class _Cleaner:
    """Goes through one frame, and counts what it meets."""

    def __init__(self, longest: Mapping[str, int]) -> None:
        self._longest = longest
        self._met = 0

    def clean(self, value: Any, longest: int, depth: int) -> Any:
        """`longest` is for a text, `depth` how many levels are above."""
        self._met += 1
        if self._met > MOST_VALUES or depth > DEEPEST:
            raise TooMuch
        if isinstance(value, str):
            return _text(value, longest)
        if isinstance(value, dict):
            return self._fields(value, depth + 1)
        if isinstance(value, list):
            return [self.clean(part, longest, depth + 1) for part in value]
        return _number(value)

    def _fields(self, value: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """An object. Texts and numbers, of which there are most, take the shortest way.

        Meter values never end.
        """
        evidence = value.get("value") if "format" in value and _is_signed(value) else None
        found = {}
        known = self._longest
        for name, part in value.items():
            longest = known.get(name)
            if longest is None:
                longest, name = LONGEST_TEXT, _text(name, _LONGEST_NAME)
            if part is evidence is not None:
                found[name] = part
            elif type(part) is str:
                self._met += 1
                shown = len(part) <= longest and part.isprintable()
                found[name] = part if shown else plain_text(part, longest)
            elif type(part) is float:
                self._met += 1
                found[name] = _number(part)
            else:
                found[name] = self.clean(part, longest, depth)
        return found


def _text(text: str, longest: int) -> str:
    """The same as `plain_text`, at once where nothing is strange."""
    return text if len(text) <= longest and text.isprintable() else plain_text(text, longest)


def _is_signed(value: Mapping[str, Any]) -> bool:
    """Whether it is a signed value that can be kept as it came; nothing shows it."""
    told, signed = value.get("format"), value.get("value")
    if not isinstance(told, str) or told.lower() != SIGNED or not isinstance(signed, str):
        return False
    try:
        signed.encode()
    except UnicodeEncodeError:
        return False  # half a character: no file could hold it
    return len(signed) <= LONGEST_SIGNED


def _number(value: Any) -> Any:
    """A number that can be reckoned with and written; None in place of one that can't."""
    if value is None or isinstance(value, bool):
        return value
    # `1e999` is JSON, and infinite; an integer may have thousands of digits.
    return value if abs(value) <= _GREATEST else None
