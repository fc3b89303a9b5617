"""Who may charge: cards, apps and cars by their id tags (OCPP 1.6, 7.8 and 7.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Final, NamedTuple

from ... import clock
from ..dialect import TagInfo, TagStatus

LONGEST: Final = 20
"""Characters of an id tag that every version takes (the fewest: OCPP 1.6, 7.28)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTag:
    """One card, app or car."""

    id_tag: str
    name: str
    """Of who uses it."""
    blocked: bool = False
    expires: datetime | None = None
    """Until when it may charge; None: for good."""
    group: str = ""
    """The cards of a household or a firm: any of them may end a session of another."""

    @property
    def info(self) -> TagInfo:
        """What a charger is told of it at this moment."""
        status = TagStatus.ACCEPTED
        if self.blocked:
            status = TagStatus.BLOCKED
        elif self.expires is not None and self.expires <= clock.now():
            status = TagStatus.EXPIRED
        return TagInfo(status, self.expires, self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTags:
    """Who may charge at the chargers of a group. Tags ignore case, as OCPP's do."""

    tags: tuple[IdTag, ...] = ()
    accept_all: bool = True
    """Everybody may who isn't blocked or expired; else only those in `tags`."""

    def info(self, id_tag: str) -> TagInfo:
        """What a charger is told of a tag at this moment."""
        known = self._known(id_tag)
        if known is not None:
            return known.info
        return TagInfo(TagStatus.ACCEPTED if self.accept_all else TagStatus.INVALID)

    def status(self, id_tag: str) -> TagStatus:
        """Whether a tag may charge at this moment."""
        return self.info(id_tag).status

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
        """Those of the list that may charge at this moment."""
        return tuple(tag for tag in self.tags if tag.info.status is TagStatus.ACCEPTED)

    def _known(self, id_tag: str) -> IdTag | None:
        folded = id_tag.casefold()
        return next((tag for tag in self.tags if tag.id_tag.casefold() == folded), None)


AT_ONCE: Final = 20
"""Tags in one message, where the charger doesn't tell its own number."""


class Portion(NamedTuple):
    """A part of a charger's local list."""

    infos: list[tuple[str, TagInfo]]
    """Tags, and what is known of each."""
    adds: bool
    """It adds to the list, which else is replaced."""


def portions(tags: Sequence[IdTag], *, at_once: int = AT_ONCE) -> Iterator[Portion]:
    """What replaces a charger's local list by `tags`, in order, `at_once` in each."""
    for place, portion in enumerate(list(batched(tags, max(1, at_once), strict=False)) or [()]):
        yield Portion([(tag.id_tag, tag.info) for tag in portion], adds=place > 0)
