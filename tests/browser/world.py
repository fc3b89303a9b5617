"""The demo's Home Assistant and garage, in a thread beside the test.

Playwright's plain API wants a thread of its own; Home Assistant and the
simulated chargers live on the event loop of another one.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
import json
from pathlib import Path
import socket
import threading
from typing import Any, ClassVar, Self

from rich.console import Console

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.group.listeners import async_listeners
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.helpers import frame
from simulation.demo.demo import SPEED, garage
from simulation.home_assistant import WITH_PAGE, event_loop
from simulation.plant.house import House
from simulation.plant.site import SimulatedSite
from simulation.set_up import Group, Home, home


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    url: str
    access_token: str
    refresh_token: str

    @property
    def signs_in(self) -> str:
        """A script that makes a browser theirs."""
        tokens = {
            "hassUrl": self.url,
            "clientId": f"{self.url}/",
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "token_type": "Bearer",
            "expires_in": 1800,
            "expires": 9_999_999_999_999,
        }
        return f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))});"


type Scene = AbstractAsyncContextManager[tuple[SimulatedSite, Group]]


class World:
    """Home Assistant, a group, its chargers, and who looks at them."""

    running: ClassVar[list[World]] = []

    home: Home
    site: SimulatedSite
    group: Group
    admin: Visitor
    guest: Visitor

    def __init__(
        self,
        folder: Path,
        *,
        empty: bool = False,
        parts: str = WITH_PAGE,
        scene: Callable[[Console, Home], Scene] = garage,
    ) -> None:
        """Prepare; `with` starts everything.

        `empty`: Home Assistant without a group, and a house with its meter. `parts`:
        the sections of its configuration. `scene`: what there is of chargers.
        """
        self._folder = folder
        self._empty = empty
        self._scene = scene
        self._parts = parts
        self._port, self._ocpp_port = _free_port(), _free_port()
        self._speed_before = clock.factor()
        self._running = AsyncExitStack()
        self._loop = event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="home assistant")
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        try:
            self.run(self._start())
        except BaseException:
            # Its thread would keep the process from ending, which then hangs and says nothing.
            self._end()
            raise
        self.running.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.running.remove(self)
        self._end()

    def _end(self) -> None:
        try:
            self.run(self._stack.aclose())
            self.run(self._running.aclose())
        finally:
            clock.set_factor(self._speed_before)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        if self.running:
            # Home Assistant knows one of itself in a process, and this one is gone.
            frame.async_setup(self.running[-1].home.hass)

    async def _start(self) -> None:
        clock.set_factor(SPEED)
        await self._start_home()
        if self._empty:
            self.site = SimulatedSite(
                self.home.chargers_url, house=House((1.5, 1.0, 1.2), noise=0.1, seed=1)
            )
            await self.site.start()
            self._stack.push_async_callback(self.site.stop)
        else:
            self.site, self.group = await self._stack.enter_async_context(
                self._scene(Console(quiet=True), self.home)
            )
        auth = self.home.hass.auth
        owner = await auth.async_get_owner()
        assert owner is not None
        self.admin = await self._visitor(owner)
        self.guest = await self._visitor(
            await auth.async_create_user("Guest", group_ids=[GROUP_ID_USER])
        )

    async def _start_home(self) -> None:
        self.home = await self._running.enter_async_context(
            home(self._folder, port=self._port, ocpp_port=self._ocpp_port, parts=self._parts)
        )

    def shut_down(self) -> None:
        """Stop Home Assistant; what it stored stays."""
        self.run(self._running.aclose())
        self.run(self._close_ports())

    async def _close_ports(self) -> None:
        """Let go of what the end of a process takes with it: groups are not unloaded then."""
        for opened in async_listeners(self.home.hass)._open.values():
            await opened.central.stop()

    def start_again(self) -> None:
        """Start Home Assistant with what it stored."""
        self.run(self._start_home())

    async def _visitor(self, user: User) -> Visitor:
        auth = self.home.hass.auth
        token = await auth.async_create_refresh_token(user, f"{self.url}/")
        return Visitor(self.url, auth.async_create_access_token(token), token.token)

    @property
    def url(self) -> str:
        """Where Home Assistant is."""
        return self.home.api.url

    def run[T](self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop of Home Assistant, and wait for it."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    def do[T](self, act: Callable[[], T]) -> T:
        """Call something on the loop of Home Assistant."""

        async def doing() -> T:
            return act()

        return self.run(doing())

    @property
    def manager(self) -> LoadManager:
        """The group itself."""
        found = self.group.manager
        assert found is not None
        return found

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so: it is looked at after each step of the group."""

        async def waiting() -> None:
            happened = asyncio.Event()
            end = self.manager.add_listener(happened.set)
            try:
                while not is_so():
                    happened.clear()
                    await happened.wait()
            finally:
                end()

        self.run(waiting())

    def set_limit(self, amperes: float) -> None:
        """Write the group's limit as an automation does."""
        self.run(self.group.set_number("maximum_current", amperes))
        self.do(lambda: self.site.set_limit("group", amperes))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
