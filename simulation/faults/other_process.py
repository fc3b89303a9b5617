"""A Home Assistant in a process of its own: it can be killed, and its disk be full.

The chargers stay in this process, so that their own profiles decide what they
draw while nobody leads them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import resource
import sys
import time
from typing import Any, Final, cast, override

import aiohttp

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant

from ..home_assistant import Api
from ..plant.site import SimulatedSite
from ..set_up import Group, Home
from .fault import Fault
from .same_process import add_chargers, garage, start
from .scene import Scene, Wrong
from .told_books import DistantJudge

_PROJECT: Final = Path(__file__).parents[2]
_STARTS_WITHIN: Final = 60.0
"""Real seconds."""
_SETTLES_IN: Final = 2.0
"""Real seconds after which Home Assistant has written its config entries."""
_NOWHERE: Final = cast(HomeAssistant, None)


@dataclass(slots=True)
class _Group(Group):
    """A group whose entities are looked up over the API."""

    entities: Mapping[str, str] = field(default_factory=dict)

    @override
    def _find(self, unique_id: str) -> str:
        return self.entities[unique_id]


class OtherProcess:
    """What a story may do with it, and to it."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession, port: int, ocpp: int) -> None:
        """Prepare to run it on a configuration folder."""
        self.folder = folder
        self.ocpp_port = ocpp
        self._session = session
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self._group: _Group | None = None
        self.judge: DistantJudge | None = None
        """Compares what it tells of its books with the truth."""
        self._listening: asyncio.Task[None] | None = None

    @property
    def group(self) -> _Group:
        """The group that was set up."""
        assert self._group is not None
        return self._group

    @property
    def store(self) -> Path:
        """The file in which the group's state is kept."""
        return self.folder / ".storage" / f"{DOMAIN}.{self.group.entry_id}"

    # -- its life ---------------------------------------------------------

    async def start(self) -> None:
        """Start it; returns when its API answers. Raises RuntimeError where it doesn't."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "simulation.faults.child",
            str(self.folder),
            f"--port={self._port}",
            f"--factor={clock.factor()}",
            f"--now={clock.now().isoformat()}",
            f"--at={time.monotonic()}",
            cwd=_PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(_STARTS_WITHIN):
            line = await self._process.stdout.readline()
        if line.strip() != b"ready":
            raise RuntimeError(f"Home Assistant did not start; see {self.log}")
        if self.judge is not None:
            self._listening = asyncio.create_task(self.judge.listen(self._process.stdout))
        api = await Api.connect(self._session, f"http://127.0.0.1:{self._port}")
        if self._group is not None:
            self._group.api = api
        else:
            self._group = _Group(api, _NOWHERE, "")

    async def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """Stop it as a person would (SIGTERM); it may be dead already."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(_STARTS_WITHIN):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise

    async def end_listening(self) -> None:
        """Hear nothing more of its books. Raises what went wrong with that."""
        if self._listening is not None:
            self._listening.cancel()
            (outcome,) = await asyncio.gather(self._listening, return_exceptions=True)
            if isinstance(outcome, Exception):
                raise outcome

    def fill_disk(self) -> None:
        """Let it write no byte to any file any more."""
        self._limit_files(0)

    def free_disk(self) -> None:
        """Let it write again."""
        self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, size: int) -> None:
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    # -- what people do ---------------------------------------------------

    async def set_up(self, site: SimulatedSite, fault: Fault) -> None:
        """Start the site, and add its group."""
        made = await start(site, Home(self.group.api, _NOWHERE, self.ocpp_port), fault)
        self.group.entry_id = made.entry_id

    async def learn_entities(self) -> None:
        """Ask for the names of all entities."""
        self.group.entities = {
            entry["unique_id"]: entry["entity_id"]
            for entry in await self._ask("config/entity_registry/list")
            if entry["platform"] == DOMAIN
        }

    async def add_backend(self, charger_id: str, *, url: str) -> None:
        """Have a charger, whose name is its id, keep a billing backend."""
        group = self.group
        listed = await self._ask("config_entries/subentries/list", entry_id=group.entry_id)
        charger = next(one["subentry_id"] for one in listed if one["title"] == charger_id)
        await group.add_backend(charger_id, url=url, subentry_id=charger)

    async def _ask(self, kind: str, **more: Any) -> list[dict[str, Any]]:
        api = self.group.api
        async with self._session.ws_connect(f"{api.url}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": api.token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": kind, **more})
            answer = await socket.receive_json()
        result: list[dict[str, Any]] = answer["result"]
        return result

    async def set_limit(self, amperes: float) -> None:
        """Write the number entity of the group's limit."""
        await self.group.set_number("maximum_current", amperes)

    async def confirm(self, repair: str) -> None:
        """Confirm a repair of the group's; raises RuntimeError where there is none."""
        api, issue_id = self.group.api, f"{repair}_{self.group.entry_id}"
        flow = await api.post("repairs/issues/fix", {"handler": DOMAIN, "issue_id": issue_id})
        await api.post(f"repairs/issues/fix/{flow['flow_id']}")

    async def is_loaded(self) -> bool:
        """Whether the group runs."""
        entries = await self.group.api.get("config/config_entries/entry")
        return any(
            entry["entry_id"] == self.group.entry_id and entry["state"] == "loaded"
            for entry in entries
        )

    async def books(self) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of each charger, on the disk."""
        await self.stop()
        try:
            chargers: Mapping[str, Any] = json.loads(self.store.read_text())["data"]["chargers"]
            return {charger: dict(books) for charger, books in chargers.items()}
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise Wrong(f"the books can't be read: {error!r}") from error

    @property
    def log(self) -> Path:
        """Home Assistant's log."""
        return self.folder / "home-assistant.log"


@asynccontextmanager
async def other_process(
    folder: Path, fault: Fault, *, port: int, ocpp_port: int
) -> AsyncIterator[Scene]:
    """A garage as the fault wants it; everything has been written to the disk."""
    clock.set_factor(fault.speed)
    site = garage(f"ws://127.0.0.1:{ocpp_port}", fault)
    async with aiohttp.ClientSession() as session:
        assistant = OtherProcess(folder, session, port, ocpp_port)
        assistant.judge = DistantJudge(site.chargers)
        try:
            await assistant.start()
            await assistant.set_up(site, fault)
            await add_chargers(site, assistant.group, fault)
            await assistant.learn_entities()
            scene = Scene(site, assistant, judge=assistant.judge)
            await fault.begins(scene)
            await asyncio.sleep(_SETTLES_IN)
            yield scene
        finally:
            await site.stop()
            await assistant.stop()
            await assistant.end_listening()


def outside(scene: Scene) -> OtherProcess:
    """The Home Assistant of a scene that is in a process of its own."""
    assert isinstance(scene.assistant, OtherProcess)
    return scene.assistant
