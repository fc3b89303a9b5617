"""What must hold of Home Assistant, whatever is said at the port."""

import asyncio
from collections.abc import Iterator, Mapping
import json
import logging
from pathlib import Path
import re
from types import TracebackType
from typing import Any, Final, Self, override

import aiohttp

from custom_components.ev_load_manager.const import DOMAIN, SUBENTRY_CHARGER
from custom_components.ev_load_manager.csms.server import MOST_UNKNOWN
from simulation.faults.same_process import SameProcess
from simulation.home_assistant import INTEGRATION

_ANSWERS_WITHIN: Final = 30.0
_MOST_STORED: Final = 1_000_000
"""Bytes of a file of ours; a real one of four chargers has some ten thousand."""
_MARKDOWN: Final = re.compile(r"(?<!\\)[\[<]")
"""What would begin a link, a picture or an element."""
_AS_CODE: Final = re.compile(r"`[^`]*`")
_TEXTS: Final = json.loads(
    (INTEGRATION / DOMAIN / "translations" / "en.json").read_text(encoding="utf-8")
)


class Finding(Exception):
    """Something doesn't hold; the text says what."""


class Errors(logging.Handler):
    """Errors of anybody, and stack traces in any warning of ours."""

    def __init__(self) -> None:
        """Hear of them between `__enter__` and `__exit__`."""
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.startswith(f"custom_components.{DOMAIN}")
        if record.levelno >= logging.ERROR or (ours and record.exc_info):
            why = record.exc_info[1] if isinstance(record.exc_info, tuple) else ""
            self.found.append(f"logged by {record.name}: {record.getMessage()[:500]} {why!r}")
        elif "\n" in record.getMessage() and ours:
            self.found.append(f"more than one line was logged: {record.getMessage()!r}")

    def __enter__(self) -> Self:
        """Begin to listen."""
        logging.getLogger().addHandler(self)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self)


class Browser:
    """Home Assistant's websocket API as a browser uses it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Use `open`."""
        self._socket = socket
        self._id = 0

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, url: str, token: str) -> Self:
        """Sign in."""
        socket = await session.ws_connect(f"{url}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        await socket.receive_json()
        return cls(socket)

    async def close(self) -> None:
        """Close the page."""
        await self._socket.close()

    async def ask(self, command: str, **data: Any) -> Any:
        """The result of a command; raises Finding where there is none."""
        self._id += 1
        await self._socket.send_json({"id": self._id, "type": command, **data})
        return (await self._next(command)).get("result")

    async def event(self, command: str) -> Any:
        """What a subscription tells next."""
        return (await self._next(command))["event"]

    async def _next(self, command: str) -> Any:
        """The next message that belongs to the last command; raises Finding."""
        while True:
            try:
                async with asyncio.timeout(_ANSWERS_WITHIN):
                    message = await self._socket.receive()
            except TimeoutError:
                raise Finding(f"{command} is not answered") from None
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise Finding(f"{command} ends the page's connection: {message}")
            told = json.loads(message.data)
            if told.get("type") == "result" and not told["success"]:
                raise Finding(f"{command} answers {told}")
            if told["id"] == self._id:
                return told


async def look(here: SameProcess, session: aiohttp.ClientSession) -> list[str]:
    """All that people, browsers and files would show now; what is wrong with it."""
    found: list[str] = []
    for check in (_files, _pages, _forms, _downloads):
        try:
            found += [problem async for problem in check(here, session)]
        except Finding as finding:
            found.append(str(finding))
        except Exception as error:  # noqa: BLE001 - whatever it is, it was found
            found.append(f"{check.__name__}: {error!r}")
    found += _sizes(here)
    return found


async def _files(here: SameProcess, _: aiohttp.ClientSession) -> Any:
    """Every file is JSON, ours are small and private, and what was changed last is in it."""
    hass = here.home.hass
    wanted = round(10.0 + hass.loop.time() % 5, 1)
    await here.manager.live.change(safe_limit=wanted)
    folder = Path(hass.config.path(".storage"))
    for file in await asyncio.to_thread(lambda: sorted(folder.iterdir())):
        data = await asyncio.to_thread(file.read_bytes)
        try:
            stored = json.loads(data.decode())
        except ValueError as error:
            yield f"{file.name} can't be read: {error}"
            continue
        if not file.name.startswith(DOMAIN):
            continue
        if len(data) > _MOST_STORED:
            yield f"{file.name} has {len(data)} bytes"
        if file.stat().st_mode & 0o077:
            yield f"{file.name} can be read by others"
        if file.name.endswith(here.entry.entry_id):
            kept = stored["data"]["settings"].get("safe_limit")
            if kept != wanted:
                yield f"{file.name} has a safe limit of {kept} A, and {wanted} A were set"


async def _pages(here: SameProcess, session: aiohttp.ClientSession) -> Any:
    """Home Assistant's own pages and ours are answered."""
    api = here.group.api
    entry_id = here.entry.entry_id
    browser = await Browser.open(session, api.url, api.token)
    try:
        for issue in (await browser.ask("repairs/list_issues"))["issues"]:
            if issue["domain"] == DOMAIN:
                texts = _TEXTS["issues"][issue["translation_key"]]
                for problem in _not_shown_well(texts, issue["translation_placeholders"] or {}):
                    yield problem
        for command in (
            "get_states",
            "get_services",
            "config/entity_registry/list",
            "config/device_registry/list",
            "config_entries/get",
            f"{DOMAIN}/groups",
        ):
            await browser.ask(command)
        await browser.ask("config_entries/subentries/list", entry_id=entry_id)
        for command in ("entities", "recalculations", "safe_limit_log"):
            await browser.ask(f"{DOMAIN}/{command}", entry_id=entry_id)
        await browser.ask(f"{DOMAIN}/subscribe", entry_id=entry_id)
        state = (await browser.event(f"{DOMAIN}/subscribe"))["state"]
        if state != "running":
            yield f"the page says that the group is {state}"
    finally:
        await browser.close()


def _not_shown_well(texts: Mapping[str, Any], placeholders: Mapping[str, Any]) -> Iterator[str]:
    """What would be shown other than it is; titles are plain text, descriptions Markdown."""
    described = _AS_CODE.sub("", _descriptions(texts))
    for name, text in placeholders.items():
        shown = str(text)
        if f"{{{name}}}" in described and _MARKDOWN.search(shown):
            yield f"{name} is shown as Markdown: {shown!r}"
        if not shown.replace("\n", " ").isprintable():
            yield f"{name} can't be shown: {shown!r}"


def _descriptions(texts: Mapping[str, Any]) -> str:
    """All descriptions among the texts of an issue or a form."""
    return " ".join(
        _descriptions(text) if isinstance(text, Mapping) else text if name == "description" else ""
        for name, text in texts.items()
    )


async def _forms(here: SameProcess, _: aiohttp.ClientSession) -> Any:
    """A charger that waits can be added: the form that picks it opens and is left again."""
    api = here.group.api
    root = "config/config_entries/subentries/flow"
    opened = await api.post(root, {"handler": [here.entry.entry_id, SUBENTRY_CHARGER]})
    try:
        shown = opened
        if "pick" in opened.get("menu_options", ()):
            shown = await api.post(f"{root}/{opened['flow_id']}", {"next_step_id": "pick"})
            picked = shown["data_schema"][0]["selector"]["select"]["options"][0]["value"]
            shown = await api.post(f"{root}/{opened['flow_id']}", {"charger_id": picked})
            if shown.get("step_id") != "charger":
                yield f"{picked!r} can't be added: {shown}"
        texts = _TEXTS["config_subentries"]["charger"]["step"][shown["step_id"]]
        for problem in _not_shown_well(texts, shown["description_placeholders"] or {}):
            yield problem
    finally:
        await api.delete(f"{root}/{opened['flow_id']}")


async def _downloads(here: SameProcess, session: aiohttp.ClientSession) -> Any:
    """Diagnostics come, and tell no secret."""
    api = here.group.api
    async with session.get(
        f"{api.url}/api/diagnostics/config_entry/{here.entry.entry_id}",
        headers={"Authorization": f"Bearer {api.token}"},
    ) as response:
        text = await response.text()
        if response.status != 200:
            yield f"diagnostics answer {response.status}: {text[:200]}"
            return
    try:
        json.loads(text)
    except ValueError as error:
        yield f"diagnostics can't be read: {error}"


def _sizes(here: SameProcess) -> Iterator[str]:
    """Nothing grows without end."""
    manager = here.manager
    if len(manager.access.pending) > MOST_UNKNOWN:
        yield f"{len(manager.access.pending)} chargers wait to be added"
    entities = [
        state for state in here.home.hass.states.async_all() if state.domain != "persistent"
    ]
    if len(entities) > 600:
        yield f"there are {len(entities)} entities"
