"""The one way in which repair issues are raised and cleared, and kept as things are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import clock
from ..const import DOMAIN
from .table import Repair

LOOK_INTERVAL: Final = 5.0
"""What is wrong is looked for this often at most, s: steps are taken all the time."""


def tag_of(*names: str) -> str:
    """What stands for charge point ids in the id of an issue.

    Home Assistant's diagnostics show the ids of issues, and people publish these.
    """
    return blake2s("\0".join(names).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something that a person has to do; the key of its text and what the text mentions."""

    key: Repair
    placeholders: Mapping[str, str]
    data: Mapping[str, Any] | None = None
    """What its fix needs to know."""


@callback
def async_raise(hass: HomeAssistant, issue_id: str, issue: Issue) -> None:
    """Tell people of an issue, or what has changed about it."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data=None if issue.data is None else dict(issue.data),
        is_fixable=issue.key.is_fixable,
        is_persistent=issue.key.is_persistent,
        severity=issue.key.severity,
        translation_key=issue.key,
        translation_placeholders=dict(issue.placeholders),
    )


@callback
def async_clear(hass: HomeAssistant, issue_id: str) -> None:
    """There is nothing to be done any more; an issue that there is not is none."""
    ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_issue_ids(hass: HomeAssistant) -> list[str]:
    """The ids of all issues of ours that people are told of now."""
    return [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]


@dataclass(slots=True)
class IssueTracker:
    """The issues of one watcher, by their ids."""

    hass: HomeAssistant
    _told: dict[str, Issue] = field(default_factory=dict)
    _look_at: float = float("-inf")

    @callback
    def is_time(self) -> bool:
        """Whether to look again; if so, the next time is later."""
        now = clock.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + LOOK_INTERVAL
        return True

    @callback
    def async_tell(self, issues: Mapping[str, Issue]) -> None:
        """These are all that there are now."""
        for issue_id in self._told.keys() - issues.keys():
            del self._told[issue_id]
            async_clear(self.hass, issue_id)
        for issue_id, issue in issues.items():
            if self._told.get(issue_id) == issue:
                continue
            self._told[issue_id] = issue
            async_raise(self.hass, issue_id, issue)
