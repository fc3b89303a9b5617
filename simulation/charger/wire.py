"""What OCPP-J wants of the questions of a central system, whatever they ask.

OCPP 1.6J, section 4.1, and OCPP 2.0.1, part 4, section 4.1: a message id has at most 36
characters and is never used again, and a CALL waits until the one before it was answered
or has timed out.
"""

from collections import deque
from collections.abc import Iterable
import math
from typing import Final, Protocol

from custom_components.ev_load_manager import clock

from .frames import Payload

LONGEST_ID: Final = 36
LEAST_PATIENCE: Final = 5.0
"""Seconds that an answer gets at least, before another CALL may come without it."""
_MAY_BE_A_CUT: Final = frozenset(
    {
        "SetChargingProfile",
        "ClearChargingProfile",
        "ChangeConfiguration",
        "SetVariables",
        "RemoteStopTransaction",
        "RequestStopTransaction",
    }
)
"""What a fuse may depend on. It may have waited behind others all the time that something was
asked, so that time counts, whatever was answered in between and asked since."""
_ON_ITS_WAY: Final = 0.5
"""Real seconds that frames may have been on their way, each another time."""
_IDS_KEPT: Final = 200
"""An id that is used again is noticed among so many of the newest."""


class Judge(Protocol):
    """Knows what a version of OCPP forbids beyond its schemas."""

    def asked(self, action: str, payload: Payload) -> Iterable[str]:
        """What is wrong with a question of the central system."""

    def told(self, action: str, payload: Payload) -> Iterable[str]:
        """What is wrong with its answer to a question."""


class Wire:
    """The questions that came over one charger's sockets."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: dict[str, tuple[str, float]] = {}
        """Unanswered: what was asked, and when (monotonic)."""
        self._free_since = -math.inf
        """When the last of them was answered (monotonic)."""
        self._busy_since = -math.inf
        """Since when one followed another as soon as that was answered (monotonic)."""
        self._read_again_at = -math.inf
        """When somebody began to read what had piled up (monotonic)."""
        self._ids: set[str] = set()
        self._newest_ids: deque[str] = deque()

    def opened(self) -> None:
        """There is a new socket: nothing is open on it."""
        self._open.clear()
        self._free_since = -math.inf

    def read_again(self, at: float) -> None:
        """What comes now has piled up: nobody knows when each of it was asked."""
        self._read_again_at = at

    def heard(self, id: str, action: str, at: float) -> list[str]:
        """Note a question; what is wrong with its coming now, and with its id."""
        found = []
        if len(id) > LONGEST_ID:
            found.append(f"{action}: a message id of {len(id)} characters (4.1.4)")
        if id in self._ids:
            found.append(f"{action}: the message id {id} was used before (4.1.4)")
        on_its_way = _ON_ITS_WAY * clock.factor()
        if self._open:
            before, asked_at = [*self._open.values()][-1]
            since = self._busy_since if action in _MAY_BE_A_CUT else asked_at
            piled_up = since - self._read_again_at <= on_its_way
            if at - since + on_its_way < LEAST_PATIENCE and not piled_up:
                found.append(
                    f"{action}: {before} of {at - asked_at:.1f} s before is unanswered (4.1.1)"
                )
        elif at - self._free_since > on_its_way:
            self._busy_since = at
        self._open[id] = (action, at)
        self._keep(id)
        return found

    def answered(self, text: str, at: float) -> None:
        """Note a frame that the charger sent: an answer closes its question."""
        if self._open and text.startswith(("[3,", "[4,")):
            self._open.pop(text.split('"', 2)[1], None)
            if not self._open:
                self._free_since = at

    def _keep(self, id: str) -> None:
        self._ids.add(id)
        self._newest_ids.append(id)
        if len(self._newest_ids) > _IDS_KEPT:
            self._ids.discard(self._newest_ids.popleft())
