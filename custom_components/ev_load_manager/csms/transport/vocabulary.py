"""The words of one version of OCPP, as far as they tell it from others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Refusal
from .messages import ErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Messages of one version, and what of them no other version has."""

    actions: frozenset[str]
    only_here: frozenset[str]
    """Actions that the other versions have under other names, or not at all."""
    fields_only_here: Mapping[str, tuple[str, ...]]
    """The same of fields, by the action."""

    def recognises(self, action: str, payload: Mapping[str, Any]) -> bool:
        """Whether a message can be of this version only, by its name or its fields."""
        return action in self.only_here or any(
            name in payload for name in self.fields_only_here.get(action, ())
        )

    def refusal(self, action: str) -> Refusal:
        """The refusal of an action that a charger can't ask of us."""
        if action in self.actions:
            return Refusal(ErrorCode.NOT_SUPPORTED, "not for a central system")
        return Refusal(ErrorCode.NOT_IMPLEMENTED, f"{action[:50]} is not known")
