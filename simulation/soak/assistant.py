"""The Home Assistant of the soak, which may be killed: the next starts on what was on the disk."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from pathlib import Path
import shutil
import sqlite3
from typing import Final

from custom_components.ev_load_manager.group.load_manager import LoadManager
from custom_components.ev_load_manager.sessions.shared import FILE

from ..home_assistant import WITHOUT_PAGE
from ..set_up import Home, home

_LEFT_BEHIND: Final = ("*.log*", "*-shm")
"""What the next one has no use for: its log, and memory that processes share."""
_WAITS_FOR_THE_BOOK: Final = 60.0


class Assistant:
    """One Home Assistant at a time, each on a configuration folder of its own."""

    def __init__(self, folder: Path, *, page: int, ocpp: int) -> None:
        """Nothing runs yet; `page` and `ocpp` are its ports, also after a kill."""
        self._within = folder
        self._page, self._ocpp = page, ocpp
        self._lives = 1
        self._stack = AsyncExitStack()

    @property
    def folder(self) -> Path:
        """The configuration folder of the one that runs, or will run next."""
        return self._within / str(self._lives)

    async def start(self) -> Home:
        """Start it."""
        return await self._stack.enter_async_context(
            home(self.folder, port=self._page, ocpp_port=self._ocpp, parts=WITHOUT_PAGE)
        )

    async def stop(self) -> None:
        """Stop it, as people do."""
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()

    def kill(self, manager: LoadManager) -> None:
        """End it at this very moment, in one step of the loop, for all that is outside of it.

        What is on the disk now is all that the next one gets, and no charger hears another
        word. Its remains are `bury`'s.
        """
        before = self.folder
        self._lives += 1
        with ThreadPoolExecutor(1) as beside:  # Home Assistant lets nobody read files in its loop
            beside.submit(_copy, before, self.folder).result()
        server = manager._listener.central._server  # noqa: SLF001 - a kill asks nobody
        assert server is not None
        server.server.close()
        server.server.abort_clients()

    async def bury(self, killed: Home, entry_id: str) -> None:
        """Let go of what a killed one still holds of this process."""
        before = Path(killed.hass.config.config_dir)
        await killed.hass.config_entries.async_unload(entry_id)
        await self.stop()
        shutil.rmtree(before, ignore_errors=True)


def _copy(folder: Path, into: Path) -> None:
    """Copy what a kill leaves: whole writes of the session book, whatever its thread is at."""
    book = sqlite3.connect(folder / FILE, isolation_level=None, timeout=_WAITS_FOR_THE_BOOK)
    with closing(book):
        book.execute("BEGIN IMMEDIATE")
        shutil.copytree(folder, into, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
        book.execute("ROLLBACK")
