"""What must survive a power cut: settings made at run time, sessions, offers.

One file per group, and one for the whole integration with the next transaction
id. Files are replaced atomically, so a kill at any byte leaves the old one or
the new one, and only who runs Home Assistant may read them. Home Assistant sets
a damaged file aside; then the group starts with the lowest limits that it may have
had, says so, and counts every charger as never limited.

Where a file can't be written, people hear of it until it can: what was changed
meanwhile is lost when Home Assistant stops. The group that is started then must not believe
that its chargers hold what the file says: so a mark beside the file, which tells that it is the
newest, is given another name as soon as it is not. A full disk allows that.
"""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from pathlib import Path
from typing import Any, Final, override
from weakref import WeakMethod

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import SerializationError

from ..const import DOMAIN, LOGGER
from ..csms.transport.harmless import plain_text
from ..data_files.stored import Damage, Stored
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_raise

VERSION: Final = 1
SAVE_DELAY: Final = 60.0
"""Real seconds that a change without consequence may wait for its companions."""


class ToldStore(Store[dict[str, Any]]):
    """A file of ours; a repair tells while it can't be written."""

    def __init__(
        self,
        hass: HomeAssistant,
        key: str,
        *,
        about: str,
        group: str | None = None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; `about` tells people what is in it (a group's name, say).

        `group` is the config entry whose settings are in it: people hear of one that starts with
        others than the newest.
        """
        super().__init__(hass, VERSION, key, private=True, atomic_writes=True)
        self.about = about
        self._on_failure = on_failure
        self.incomplete: str | None = None
        """What is not in the data that is written next; None: nothing is missing."""
        self._told: str | None = None
        """Why it can't be written, as people were told."""
        self._mark = _Mark(Path(self.path))
        self._group = group

    @property
    def fails(self) -> bool:
        """Whether the last write failed, in part or as a whole."""
        return self._told is not None

    async def load(self) -> Stored:
        """What was stored last; empty on the first start.

        Where the file as a whole can't be read, all of it is lost: to start with the
        safest of everything is better than not to start.
        """
        stood = await self.hass.async_add_executor_job(Path(self.path).exists)
        is_outdated = await self.hass.async_add_executor_job(self._mark.is_outdated)
        stored: Any = None
        try:
            stored = await self.async_load()
        except AttributeError, LookupError, TypeError, ValueError:
            stood = True
            LOGGER.exception("What was stored in %s is unusable", self.key)
        is_new = stored is None and not stood
        if is_outdated:
            LOGGER.warning("What is stored of %s in %s is not the newest", self.about, self.key)
        if is_outdated and self._group is not None:
            issue = Issue(key=Repair.STORED_OUTDATED, placeholders={"group": self.about})
            async_raise(self.hass, _outdated(self._group), issue)
        return Stored.document({} if is_new else stored, Damage(), is_outdated=is_outdated)

    # The one place through which every write goes, be it now, later, or at the end.
    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        if "data_func" in data:
            data["data"] = data.pop("data_func")()
        try:
            missing = await self._write_what_can_be(data)
            await self._set_mark(current=missing is None)
            self._tell(missing)
        except (HomeAssistantError, OSError) as error:
            await self._set_mark(current=False)
            self._tell(str(error))
            # Of this kind Home Assistant's store makes a line in the log, and no more.
            raise WriteError(error) from error

    async def _set_mark(self, *, current: bool) -> None:
        if current is not self._mark.says:
            await self.hass.async_add_executor_job(self._mark.set, current)

    async def _write_what_can_be(self, data: dict[str, Any]) -> str | None:
        """Write; what had to be left out, None where everything is written."""
        try:
            await super()._async_write_data(dict(data))
        except SerializationError, TypeError, ValueError:
            # All the rest must not be lost with what can't be written.
            left_out: list[str] = []
            data["data"] = writable(data["data"], left_out)
            await super()._async_write_data(data)
            return ", ".join([*filter(None, (self.incomplete,)), *left_out[:5]])
        return self.incomplete

    @callback
    def _tell(self, error: str | None) -> None:
        if error is not None:
            self._on_failure()
        if error == self._told:
            return
        issue_id = f"{Repair.STORAGE_FAILS}_{self.key}"
        if error is None:
            LOGGER.info("%s is written again", self.key)
            async_clear(self.hass, issue_id)
        else:
            LOGGER.error("%s can't be written: %s", self.key, error)
            issue = Issue(
                key=Repair.STORAGE_FAILS,
                placeholders={"about": self.about, "error": as_it_is(error)},
            )
            async_raise(self.hass, issue_id, issue)
        self._told = error

    @override
    async def async_remove(self) -> None:
        await super().async_remove()
        await self.hass.async_add_executor_job(self._mark.remove)
        if self._group is not None:
            async_clear(self.hass, _outdated(self._group))
        self._tell(None)


def _outdated(group: str) -> str:
    """The id of the issue that says so of a group."""
    return f"{Repair.STORED_OUTDATED}_{DOMAIN}.{group}"


class _Mark:
    """An empty file whose name tells whether another one is as new as it should be.

    Where not even that can be said (a disk that can only be read), it says what it said. A
    file without one is as new as it should be. All of it blocks.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._current = file.with_name(f"{file.name}.current")
        self._outdated = file.with_name(f"{file.name}.outdated")
        self.says: bool | None = None
        """Whether the file is as new as it should be, as far as this has said so."""

    def is_outdated(self) -> bool:
        return self._outdated.exists()

    def set(self, current: bool) -> None:
        if current and not self._file.exists():
            self.says = current  # what is not there is told by nobody
            return
        right, wrong = self._current, self._outdated
        if not current:
            right, wrong = wrong, right
        with contextlib.suppress(OSError):
            try:
                wrong.replace(right)
            except FileNotFoundError:
                right.touch(mode=0o600)
            self.says = current

    def remove(self) -> None:
        for name in (self._current, self._outdated):
            name.unlink(missing_ok=True)
        self.says = None


class GroupStore:
    """The file of one group.

    Each of `collect` gives a part of the data of the moment; nothing keeps a second
    copy of it but for the day on which one can't.
    """

    def __init__(
        self, hass: HomeAssistant, entry_id: str, *collect: Callable[[], dict[str, Any]]
    ) -> None:
        """Prepare; `load` reads the file."""
        entry = hass.config_entries.async_get_entry(entry_id)
        # Home Assistant may hold on to its store for longer than the group lives.
        again = WeakMethod(self.save_soon)
        self._store = ToldStore(
            hass,
            f"{DOMAIN}.{entry_id}",
            about=entry_id if entry is None else entry.title,
            group=entry_id,
            # The next try comes by itself, also where nothing changes.
            on_failure=lambda: None if (save_soon := again()) is None else save_soon(),
        )
        self._collectors = collect
        self._last: dict[int, dict[str, Any]] = {}
        """What each gave when it last could."""
        self._failing: set[int] = set()
        self._writing = asyncio.Lock()
        self._begun = self._written = 0
        """Writes so far, counted when they began and when they were done."""
        self._soon = False
        """Whether a write is due within a minute."""

    async def load(self) -> Stored:
        """What was stored last; empty on the first start."""
        return await self._store.load()

    async def save(self) -> None:
        """Write now.

        A full disk must not stop anybody's charging: it is told, the old file stays,
        and the group goes on and tries again.
        """
        # Two hundred chargers that come back at once share a few writes: whoever
        # asks while one is going on is served by the one that begins after it.
        mine = self._begun + 1
        async with self._writing:
            if self._written >= mine:
                return
            self._begun = mine = self._begun + 1
            await self._store.async_save(self.collect())
            self._written = mine

    def save_soon(self) -> None:
        """Write within a minute, together with what else changes until then.

        Home Assistant's own delay begins anew with every call, and would never end
        while cars charge.
        """
        if not self._soon:
            self._soon = True
            self._store.async_delay_save(self.collect, SAVE_DELAY)

    async def end(self) -> None:
        """Write what still waits: the next group that reads the file goes on from there.

        Later it would replace what that one has written.
        """
        if self._soon:
            await self.save()

    async def remove(self) -> None:
        """Delete the file, with the group."""
        await self._store.async_remove()

    def collect(self) -> dict[str, Any]:
        """The data of the moment; a part that fails is as it was when it last could be had."""
        self._soon = False
        data: dict[str, Any] = {}
        for number, collect in enumerate(self._collectors):
            try:
                self._last[number] = collect()
                self._failing.discard(number)
            except Exception:  # noqa: BLE001 - the other parts must be written all the same
                if number not in self._failing:
                    LOGGER.exception("A part can't be stored; it stays as it was written last")
                self._failing.add(number)
            data |= self._last.get(number, {})
        self._store.incomplete = (
            ", ".join(
                sorted(name for number in self._failing for name in self._last.get(number, "?"))
            )
            or None
        )
        return data


def writable(value: Any, left_out: list[str], path: str = "") -> Any:
    """As much of a value as can be written; paths of the rest go to `left_out`."""
    try:
        json_bytes(value)
    except TypeError, ValueError, OverflowError, RecursionError:
        pass
    else:
        return value
    if isinstance(value, Mapping):
        named = {plain_text(str(name)): part for name, part in value.items()}
        kept = {name: writable(part, left_out, f"{path}.{name}") for name, part in named.items()}
        return {
            name: part for name, part in kept.items() if part is not None or named[name] is None
        }
    if isinstance(value, list | tuple):
        return [writable(part, left_out, f"{path}[]") for part in value]
    left_out.append(path.lstrip("."))
    return plain_text(value) if isinstance(value, str) else None
