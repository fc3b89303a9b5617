"""What a group needs of a charger, whatever way it is reached.

The loop, its readings and its limits know chargers by this alone. `OcppCharger` is
one: a charger that dials our central system.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, Protocol

from ..balancing.phases import Phases
from ..balancing.readings import ConnectorReading, Sample
from ..balancing.site import Connector
from ..config.settings import ChargerSettings


class Change(StrEnum):
    """What changed at a charger."""

    CONNECTION = "connection"
    """It came, or went."""
    STATUS = "status"
    TRANSACTION = "transaction"
    """A session started or ended."""
    VALUES = "values"
    """It told what it measures."""
    IDENTITY = "identity"
    LIMIT = "limit"
    """Another limit may be in force, or it obeys no longer."""
    CAPABILITIES = "capabilities"
    """It turned out to take or tell something else than was known."""
    REPORT = "report"
    """It told of work that goes on in it: an update, an upload."""


type Save = Callable[[], Awaitable[None]]
type ChangeCallback = Callable[[Charger, Change, int | None], None]
"""Called in the loop, at once, with the number of the outlet (None: the charger itself)."""


class Charger(Protocol):
    """One charger of a group; outlets go by their numbers, from 1."""

    @property
    def id(self) -> str:
        """What it is called in readings and decisions (with OCPP, its charge point id)."""

    @property
    def online(self) -> bool:
        """Whether it can be told limits at this moment."""

    @property
    def has_told_outlets(self) -> bool:
        """Whether it is known well enough to be counted with what it can draw."""

    @property
    def was_met(self) -> bool:
        """Whether it has ever connected, so that it may hold limits of ours."""

    @property
    def outlets(self) -> Collection[int]:
        """Those that were told of, or that the settings name."""

    @property
    def limited_outlets(self) -> Collection[int]:
        """Those whose limit is kept."""

    @property
    def charges(self) -> bool:
        """Whether a session goes on, or a car charges, as it last told."""

    @property
    def registers(self) -> Mapping[int, float]:
        """Wh that the counter of each outlet shows, as far as it was told."""

    @property
    def step(self) -> float:
        """The step in which its limits can be set, A."""

    @property
    def by_key(self) -> bool:
        """Whether each limit wears its flash memory."""

    def equip(self, settings: ChargerSettings) -> None:
        """Know what people say of it: its wiring, its hardware, its outlets."""

    def choose_profile(self, chosen: str | None) -> None:
        """People say which model it is (None: nothing)."""

    def reading(
        self, connector: Connector, *, met: bool, metered: Sample | None
    ) -> ConnectorReading:
        """What is known of an outlet at this moment.

        `met`: it counts as one that has connected; `metered`: what a meter of its own
        told, which counts before what the charger says itself.
        """

    def loaded_terminals(self, number: int) -> frozenset[int] | None:
        """Which of its own terminals (from 0) it sees loaded; None: it does not tell."""

    def saw(self, number: int, amperes: float, at: float) -> None:
        """A car surely drew so much per phase at `at` (monotonic), whoever measured it."""

    def lead(
        self, connector: Connector, limit: float, *, lifetime: float, phases: Phases | None
    ) -> None:
        """Have an outlet follow a decision.

        `limit` is A per phase; after `lifetime` seconds without a renewal it is to fall to
        the connector's fallback. `phases`: those that its car uses; None: not known.
        """

    def wanted(self, number: int) -> float | None:
        """The limit that an outlet is to have, A per phase; None: nobody has said yet."""

    def want(self, number: int, amperes: float) -> None:
        """Change that limit, and nothing else."""

    async def settled(self) -> None:
        """Wait until all that may be sent now was sent, or is given up for a while."""

    async def end_sessions(self) -> bool:
        """Have nothing charge any more, before it is removed; whether nothing does."""

    async def release(self) -> bool:
        """Take back what was done to it; whether all of it was."""

    async def close(self) -> None:
        """Lead it no more; what it holds stays as it is."""

    def state(self) -> dict[str, Any]:
        """Plain JSON data that must survive a restart."""

    def on_change(self, callback: ChangeCallback) -> Callable[[], None]:
        """Call back on every change; returns how to end that."""
