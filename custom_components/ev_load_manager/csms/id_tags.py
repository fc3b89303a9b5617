"""Who may charge: cards, apps and cars by their id tags (OCPP 1.6, 7.8 and 7.2)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST: Final = 20
"""Characters of an id tag (OCPP 1.6, 7.28)."""


class TagStatus(StrEnum):
    """What a charger is told about a tag (OCPP 1.6, 7.2)."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    INVALID = "Invalid"
    """Unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTag:
    """One card, app or car."""

    id_tag: str
    name: str
    """Of who uses it."""
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTags:
    """Who may charge at the chargers of a group. Tags ignore case, as OCPP's do."""

    tags: tuple[IdTag, ...] = ()
    accept_all: bool = True
    """Everybody may who isn't blocked; else only those in `tags`."""

    def status(self, id_tag: str) -> TagStatus:
        """Whether a tag may charge."""
        known = self._known(id_tag)
        if known is not None:
            return TagStatus.BLOCKED if known.blocked else TagStatus.ACCEPTED
        return TagStatus.ACCEPTED if self.accept_all else TagStatus.INVALID

    def name(self, id_tag: str) -> str | None:
        """Whose tag it is."""
        known = self._known(id_tag)
        return None if known is None else known.name

    def find(self, words: str) -> IdTag | None:
        """A tag by its id or by the name of who uses it."""
        folded = words.strip().casefold()
        by_name = (tag for tag in self.tags if tag.name.casefold() == folded)
        return self._known(words.strip()) or next(by_name, None)

    @property
    def accepted(self) -> tuple[IdTag, ...]:
        """Those of the list that may charge."""
        return tuple(tag for tag in self.tags if not tag.blocked)

    def _known(self, id_tag: str) -> IdTag | None:
        folded = id_tag.casefold()
        return next((tag for tag in self.tags if tag.id_tag.casefold() == folded), None)
