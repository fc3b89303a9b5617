"""A real Home Assistant, started in this process and driven over its own API.

In this process, because the clock that runs faster is the one of the
integration. Its page signs everyone in who comes from this machine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
import json
import logging
from pathlib import Path
import sys
import threading
import time
import traceback
from typing import Any, Final, Self

import aiohttp

from homeassistant import block_async_io, bootstrap, runner
from homeassistant.components.http.config import (
    HTTP_STORAGE_SCHEMA,
    STORAGE_MINOR_VERSION,
    STORAGE_VERSION,
)
from homeassistant.core import HomeAssistant


def is_failed_lookup(record: logging.LogRecord) -> bool:
    """Whether a name was not found of a server that something of Home Assistant's own wanted.

    aiohttp lets a lookup go on as who wanted it is cancelled, and Python 3.14 logs where it
    fails after that, although aiohttp sees to it. We look up nothing with aiohttp.
    """
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, OSError) or "exception in shielded future" not in record.getMessage():
        return False
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "aiohttp.resolver" for frame, _ in frames)


INTEGRATION: Final = Path(__file__).parents[1] / "custom_components"

_OWNER: Final = "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0"

_CONFIGURATION: Final = """\
homeassistant:
  name: Demo
  unit_system: metric
  time_zone: Europe/Helsinki
  country: FI
  auth_providers:
    - type: trusted_networks
      trusted_networks: [127.0.0.1/32, "::1/128"]
      allow_bypass_login: true
logger:
  default: warning
"""

WITH_PAGE: Final = """\
frontend:
history:
logbook:
recorder:
  commit_interval: 1
"""
"""What people look at."""
WITHOUT_PAGE: Final = """\
api:
config:
"""
"""What a script needs, and no more: it starts sooner."""
_END_OF_LOG: Final = 2000
"""Characters of Home Assistant's log that a failure shows."""


def write_configuration(folder: Path, *, port: int, parts: str = WITH_PAGE) -> None:
    """Write all that a first start would ask a person for.

    An owner, a finished welcome, and the port; the integration is linked in.
    """
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    (folder / "configuration.yaml").write_text(_CONFIGURATION + parts)
    link = folder / "custom_components"
    if not link.exists():
        link.symlink_to(INTEGRATION)
    _store(
        storage,
        "onboarding",
        4,
        {"done": ["user", "core_config", "analytics", "integration"]},
    )
    _store(
        storage,
        "auth",
        1,
        {
            "users": [
                {
                    "id": _OWNER,
                    "group_ids": ["system-admin"],
                    "is_owner": True,
                    "is_active": True,
                    "name": "Demo",
                    "system_generated": False,
                    "local_only": False,
                }
            ],
            "groups": [
                {"id": "system-admin", "name": "Administrators"},
                {"id": "system-users", "name": "Users"},
                {"id": "system-read-only", "name": "Read Only"},
            ],
            "credentials": [],
            "refresh_tokens": [],
        },
    )
    _store(
        storage,
        "http",
        STORAGE_VERSION,
        {
            "stable": HTTP_STORAGE_SCHEMA({"server_host": ["127.0.0.1"], "server_port": port}),
            "pending": None,
            "yaml_migration_done": True,
        },
        minor_version=STORAGE_MINOR_VERSION,
    )


def _store(
    storage: Path, key: str, version: int, data: Mapping[str, Any], *, minor_version: int = 1
) -> None:
    """Write a file of Home Assistant's storage, unless an earlier run left one."""
    path = storage / key
    if not path.exists():
        path.write_text(
            json.dumps(
                {"version": version, "minor_version": minor_version, "key": key, "data": data}
            )
        )


@asynccontextmanager
async def home_assistant(
    folder: Path, *, port: int, parts: str = WITH_PAGE
) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant on a configuration folder until the block ends.

    `parts`: the sections of its configuration, `WITH_PAGE` or `WITHOUT_PAGE`.
    What fails inside of the block carries the end of Home Assistant's log.
    """
    write_configuration(folder, port=port, parts=parts)
    # It watches the event loop of one start for calls that block, and refuses a second start.
    block_async_io._BLOCKED_CALLS.calls.clear()  # noqa: SLF001
    # A handler that is there already keeps Home Assistant from logging to the
    # terminal, which belongs to the live table; the log file has everything.
    logging.getLogger().addHandler(logging.NullHandler())
    log = folder / "home-assistant.log"
    try:
        hass = await _set_up(folder, log)
        await hass.async_start()
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)
    except Exception as error:
        # The log is often in a folder that is gone once anybody could look.
        if end := await asyncio.to_thread(_end_of, log):
            error.add_note(f"Home Assistant's log ends with:\n{end}")
        raise


async def _set_up(folder: Path, log: Path) -> HomeAssistant:
    """Set Home Assistant up; raises RuntimeError where it can't be."""
    with _uncaught_exceptions_are_printed():
        hass = await bootstrap.async_setup_hass(
            runner.RuntimeConfig(config_dir=str(folder), skip_pip=True, log_file=str(log))
        )
    if hass is None:
        raise RuntimeError("Home Assistant did not start")
    return hass


@contextmanager
def _uncaught_exceptions_are_printed() -> Iterator[None]:
    """Keep Python's ways of telling an uncaught exception.

    Home Assistant puts its own in their place, which write it into its log only:
    a command would end with exit code 1 and not a word.
    """
    of_process, of_threads = sys.excepthook, threading.excepthook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = of_process, of_threads


def _end_of(log: Path) -> str:
    """The last lines of a log; nothing where nothing comes of it."""
    for _ in range(20):
        with suppress(OSError):
            if end := log.read_text(errors="replace")[-_END_OF_LOG:].strip():
                return end
        # A thread writes it.
        time.sleep(0.1)
    return ""


def event_loop() -> asyncio.AbstractEventLoop:
    """An event loop as Home Assistant wants it."""
    return runner.create_event_loop()


class Api:
    """Home Assistant's REST API, signed in as the owner."""

    def __init__(self, session: aiohttp.ClientSession, url: str, tokens: Mapping[str, str]) -> None:
        """Use `connect`."""
        self._session = session
        self.url = url
        self.token = tokens["access_token"]
        self._refresh_token = tokens["refresh_token"]

    @classmethod
    async def connect(cls, session: aiohttp.ClientSession, url: str) -> Self:
        """Sign in as the browser of a person on this machine would."""
        client_id = f"{url}/"
        async with session.post(
            f"{url}/auth/login_flow",
            json={
                "client_id": client_id,
                "handler": ["trusted_networks", None],
                "redirect_uri": client_id,
            },
        ) as response:
            flow = await response.json()
        code = flow["result"] if flow["type"] == "create_entry" else None
        if code is None:
            async with session.post(
                f"{url}/auth/login_flow/{flow['flow_id']}",
                json={"client_id": client_id, "user": _OWNER},
            ) as response:
                code = (await response.json())["result"]
        async with session.post(
            f"{url}/auth/token",
            data={"client_id": client_id, "grant_type": "authorization_code", "code": code},
        ) as response:
            return cls(session, url, await response.json())

    async def _sign_in_again(self) -> None:
        """Get another access token: each holds for half an hour."""
        asked = {
            "client_id": f"{self.url}/",
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
        }
        async with self._session.post(f"{self.url}/auth/token", data=asked) as response:
            self.token = (await response.json())["access_token"]

    async def get(self, path: str) -> Any:
        """GET from the API; raises RuntimeError with its words where it refuses."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """POST to the API; raises RuntimeError with its words where it refuses."""
        return await self._request("POST", path, data)

    async def delete(self, path: str) -> Any:
        """DELETE; raises RuntimeError with its words where it refuses."""
        return await self._request("DELETE", path)

    async def _request(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        status, answer = await self._ask(method, path, data)
        if status == HTTPStatus.UNAUTHORIZED:
            await self._sign_in_again()
            status, answer = await self._ask(method, path, data)
        if status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{path}: {status} {answer}")
        return json.loads(answer)

    async def _ask(self, method: str, path: str, data: Mapping[str, Any] | None) -> tuple[int, str]:
        async with self._session.request(
            method,
            f"{self.url}/api/{path}",
            json=dict(data or {}),
            headers={"Authorization": f"Bearer {self.token}"},
        ) as response:
            return response.status, await response.text()

    async def flow(
        self,
        handler: Any,
        answer: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        *,
        subentry: bool = False,
    ) -> Mapping[str, Any]:
        """Go through a config flow; `answer` fills in each form by its step.

        Returns the last result; raises RuntimeError where a form comes back
        with errors.
        """
        root = "config/config_entries/" + ("subentries/flow" if subentry else "flow")
        result = await self.post(root, {"handler": handler})
        while result["type"] in ("form", "menu"):
            if result.get("errors"):
                raise RuntimeError(f"{result['step_id']}: {result['errors']}")
            result = await self.post(f"{root}/{result['flow_id']}", answer(result))
        if result["type"] != "create_entry":
            raise RuntimeError(f"the flow ended with {result}")
        return result

    async def reconfigure(
        self, handler: str, entry_id: str, answers: Iterable[Mapping[str, Any]]
    ) -> None:
        """Change a config entry by its flow; raises RuntimeError where that ends otherwise."""
        root = "config/config_entries/flow"
        result = await self.post(root, {"handler": handler, "entry_id": entry_id})
        for answer in answers:
            result = await self.post(f"{root}/{result['flow_id']}", answer)
        if result.get("reason") != "reconfigure_successful":
            raise RuntimeError(f"the flow ended with {result}")

    async def call(self, domain: str, service: str, **data: Any) -> Any:
        """Call an action (service)."""
        return await self.post(f"services/{domain}/{service}", data)
