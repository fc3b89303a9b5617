"""What the parts of a simulated charger need of the whole: to see what it is, and have it act."""

import asyncio
from collections.abc import Coroutine
import random
from typing import Protocol

from ..frames import Payload
from ..link import Link
from ..misbehaviour import Misbehaviour
from ..outbox import Outbox
from .device_model import DeviceModel
from .evse import SimulatedEvse, Transaction
from .models import StationModel
from .profile_store import ProfileStore
from .tokens import IdToken, LocalList, TokenCache


class Station(Protocol):
    """A charger as its parts know it; `SimulatedStation` is one."""

    id: str
    model: StationModel
    connectors: dict[int, SimulatedEvse]
    variables: DeviceModel
    profiles: ProfileStore
    outbox: Outbox
    asked: Outbox
    link: Link
    chance: random.Random
    misbehaviours: dict[str, Misbehaviour]
    cache: TokenCache
    local_list: LocalList
    sessions: list[Transaction]
    running: bool
    accepted: bool
    accepted_at: float
    pending: bool
    boot_again: asyncio.Event
    forgot: set[int]
    firmware: str
    installs: int | None
    """The request of an update that a reboot ends."""

    @property
    def speaks_21(self) -> bool:
        """OCPP 2.1 was agreed on."""

    def now(self) -> float:
        """The time on its own clock, seconds since the epoch."""

    def timestamp(self, at: float | None = None) -> str:
        """A moment on its own clock as OCPP writes it."""

    def set_clock(self, answer: Payload) -> None:
        """Take the time from an answer's currentTime, if its model does."""

    async def check(self, token: IdToken) -> Payload | None:
        """What is known of a card, asked for if need be; None: nobody knows."""

    def remember(self, token: IdToken, info: Payload) -> None:
        """Keep what the central system answered of a card, as long as that may be used."""

    def authorise(
        self,
        evse: SimulatedEvse,
        token: IdToken,
        *,
        trigger: str = "Authorized",
        group: str | None = None,
        remote_start_id: int | None = None,
    ) -> None:
        """Let somebody charge at an EVSE."""

    def deauthorise(self, evse: SimulatedEvse, *, trigger: str, reason: str) -> None:
        """Let nobody charge at an EVSE any more."""

    def restart(self, *, boot_reason: str, stopped_reason: str, resumes: bool = False) -> None:
        """Restart its software."""

    def sign_certificate(self) -> None:
        """Ask for a certificate of its own."""

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something go on beside; it ends with the charger's power."""
