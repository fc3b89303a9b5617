"""What the parts of a simulated charger need of the whole: to see what it is, and have it act."""

import asyncio
from collections.abc import Coroutine, Mapping
import random
from typing import Protocol

from .configuration import Configuration
from .connector import SimulatedConnector
from .frames import Payload
from .link import Link
from .misbehaviour import Misbehaviour
from .models import ChargerModel
from .outbox import Outbox
from .profiles import ProfileStore


class Station(Protocol):
    """A charger as its answers, its limits and its reports know it; `SimulatedCharger` is one."""

    id: str
    model: ChargerModel
    connectors: dict[int, SimulatedConnector]
    configuration: Configuration
    profiles: ProfileStore
    outbox: Outbox
    link: Link
    chance: random.Random
    misbehaviours: Mapping[str, Misbehaviour]
    local_list: dict[str, str]
    local_list_version: int
    accepted: bool
    station_available: bool
    boot_again: asyncio.Event
    forgot: set[int]

    def now(self) -> float:
        """The time on its own clock, seconds since the epoch."""

    def timestamp(self, at: float | None = None) -> str:
        """A moment on its own clock as OCPP writes it."""

    def set_clock(self, answer: Payload) -> None:
        """Take the time from an answer's currentTime, if its model does."""

    def next_message_id(self) -> str:
        """A fresh id for a call."""

    def book(self, action: str, payload: Payload, told: Payload | None) -> None:
        """Note what the central system asked, and what it was told."""

    async def authorise_and_begin(self, connector: SimulatedConnector, id_tag: str) -> None:
        """Ask whether a card may charge, and start."""

    def begin(self, connector: SimulatedConnector, id_tag: str) -> None:
        """Start a session, if a car is there and the connector may be used."""

    def end(self, connector: SimulatedConnector, reason: str) -> None:
        """End a session, if there is one."""

    def reboot(self, *, reason: str = "SoftReset") -> None:
        """Restart its software."""

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something go on beside; it ends with the charger's power."""
