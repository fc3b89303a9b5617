"""The seam to a charger's other central systems: what they hear, and what they decide."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ..dialect import TagInfo
from .messages import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What another central system decided on a message of a charger."""

    payload: Mapping[str, Any] | None = None
    """The answer that the charger gets; None: the one that is given here."""
    transaction_id: str | None = None
    """How a session that begins is called; None: as it is called here."""
    tag: TagInfo | None = None
    """Whether its card may charge; None: as it is known here."""


HERE = Verdict()
"""Nobody else decides."""


class Hearing(Protocol):
    """One message of a charger, on its way to others."""

    async def decide(self) -> Verdict:
        """Wait until it is decided, but not for long."""

    def in_force(self, verdict: Verdict) -> AbstractContextManager[None]:
        """Have a verdict be the relay's, as long as the message is answered."""

    async def answered(self, payload: Mapping[str, Any]) -> None:
        """Note the answer that the charger is about to get, so that it outlives a restart."""


class Relay(Protocol):
    """The other central systems of a charger."""

    verdict: Verdict
    """What was decided on the message that is being answered."""

    def hear(self, call: Call) -> Hearing | None:
        """Pass a message on, whose payload is `messages.Verbatim`.

        None: its answer is nobody else's matter.
        """
