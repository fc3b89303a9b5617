"""How far work is that a backend wants to hear of: the last word on each kind is kept for it.

A charger tells of an update once it has restarted, and of an upload when it is over: often while its
backend is away, or not dialled again yet. What came before the last word is of no use then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..transport import fields
from ..transport.messages import Verbatim
from .payloads import from_text

KINDS: Final = frozenset(
    {
        *("DiagnosticsStatusNotification", "FirmwareStatusNotification"),
        *("LogStatusNotification", "SignedFirmwareStatusNotification"),
    }
)
_IDLE: Final = "Idle"
"""The answer to who asks while nothing goes on: the last word before it is still the last."""
_LONGEST: Final = 2000
"""Characters; a status is short."""
_MOST_UNANSWERED: Final = 10
"""So often one is told that is never answered: some backends know no such message, or hang up."""


@dataclass(eq=False, slots=True)
class _LastWord:
    payload: Verbatim
    unanswered: int = 0


class Progress:
    """What one backend has not heard of yet."""

    def __init__(self, stored: object = None) -> None:
        """Go on with what was `stored`."""
        self._last: dict[str, _LastWord] = {}
        for action, text in stored.items() if isinstance(stored, dict) else ():
            try:
                self.put(action, from_text(text))
            except TypeError, ValueError:
                continue

    def __iter__(self) -> Iterator[tuple[str, Verbatim]]:
        """What is to be told, in the order in which it came."""
        return iter([(action, last.payload) for action, last in self._last.items()])

    def put(self, action: str, payload: Verbatim) -> None:
        """Keep the newest of its kind."""
        if (
            action in KINDS
            and len(payload.text) <= _LONGEST
            and fields.text(payload, "status") != _IDLE
        ):
            self._last.pop(action, None)
            self._last[action] = _LastWord(payload)

    def told(self, action: str, payload: Mapping[str, Any], *, answered: bool) -> bool:
        """It was told of something; whether it need not be told again."""
        last = self._last.get(action)
        if last is None or last.payload is not payload:
            return False
        last.unanswered += not answered
        if not answered and last.unanswered < _MOST_UNANSWERED:
            return False
        del self._last[action]
        return True

    def state(self) -> dict[str, str]:
        """Plain JSON data."""
        return {action: payload.text for action, payload in self}
