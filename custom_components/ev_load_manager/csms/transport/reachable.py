"""What setting limits and onboarding need of a charger: to be asked."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..dialect import Dialect
from .calls import CallPriority, Fresh, Late


class ReachableCharger(Protocol):
    """A charger that can be asked; `ChargePoint` is one."""

    @property
    def id(self) -> str:
        """Its charge point id."""

    @property
    def dialect(self) -> Dialect:
        """The version of OCPP that it speaks."""

    @property
    def online(self) -> bool:
        """Whether it has an open socket."""

    async def call(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        timeout: float = 30.0,
        priority: CallPriority = CallPriority.NORMAL,
    ) -> dict[str, Any]:
        """Ask and return the answer; raises CallError, CallTimeout, NotConnected."""


class LimitedCharger(ReachableCharger, Protocol):
    """One that can be told limits: what is asked may be worked out as it leaves."""

    async def call(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        timeout: float = 30.0,
        priority: CallPriority = CallPriority.NORMAL,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Ask and return the answer; see `Calls.call` for what may be said and raised."""
