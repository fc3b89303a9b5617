"""What others said, in texts that Home Assistant renders as Markdown.

Descriptions of repairs and of forms are Markdown; their titles, the labels of
fields, errors and messages of actions are plain text and need none of this.
"""

import re
from typing import Final

_ACTIVE: Final = re.compile(r"([\\`*_{}\[\]()<>#!|~:.@&$])")
"""What makes links, pictures, tables and emphasis. CommonMark shows it after a backslash."""
_LONGEST: Final = 255


def as_it_is(text: str) -> str:
    """A text that shows up as it is: no link, no picture, no heading.

    It also becomes no address that a renderer would turn into a link by itself.
    """
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return _ACTIVE.sub(r"\\\1", " ".join(shown.split()))


def without_markup(text: str) -> str:
    """A name that somebody is offered for what others called something.

    It will be people's own word, and stands in titles as well as in Markdown.
    """
    return " ".join(re.sub(r"[][<>*_`~|\\#]", " ", text).replace("://", " ").split())
