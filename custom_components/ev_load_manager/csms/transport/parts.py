"""Answers that come in several messages of the charger's own, by the number of the question."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ... import clock

LINGERS: Final = 1.0
"""Seconds for which more is waited for after a part that said to be the last one and has no
number: some say so of each."""
_DATED: Final = "generatedAt"
MOST_PARTS: Final = 500
"""So many are kept of one answer; each has a frame's length at most."""


class Answer(NamedTuple):
    """An answer, and what of it came later."""

    payload: dict[str, Any]
    parts: tuple[Mapping[str, Any], ...]
    """Those that came, in their order; the payload alone where it is all."""
    whole: bool
    """Whether all of it came."""


@dataclass(eq=False, slots=True)
class Parts:
    """The parts of one answer."""

    number: int
    _came: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _last: int | None = None
    _is_numbered: bool = True
    _full: asyncio.Event = field(default_factory=asyncio.Event)

    def came(self, payload: Mapping[str, Any], *, place: int | None, is_last: bool) -> None:
        """Take a part; `place` is counted from 0 (None: the next). Told twice, it is one."""
        at = len(self._came) if place is None else place
        if place is not None and at in self._came and not _is_again(payload, self._came[at]):
            # Some give all of them one number.
            place, at = None, max(self._came) + 1
        if len(self._came) >= MOST_PARTS and at not in self._came:
            return
        self._came[at] = payload
        self._is_numbered &= place is not None
        if is_last:
            self._last = at
        if self.is_whole:
            self._full.set()
        else:
            self._full.clear()

    @property
    def is_whole(self) -> bool:
        """Whether the last one came, and all that come before it."""
        if self._last is None or not all(at in self._came for at in range(self._last + 1)):
            return False
        return self._is_numbered or self._last == max(self._came)

    @property
    def all(self) -> tuple[Mapping[str, Any], ...]:
        """Those that came, in their order."""
        return tuple(self._came[at] for at in sorted(self._came))

    async def until_whole(self, within: float) -> bool:
        """Wait until all came, `within` seconds at most; whether all did."""
        until = clock.monotonic() + within
        is_whole = await clock.happens(self._full, within)
        while is_whole and not self._is_numbered and clock.monotonic() + LINGERS <= until:
            before = len(self._came)
            await clock.sleep(LINGERS)
            if len(self._came) == before:
                break
            is_whole = await clock.happens(self._full, max(0.0, until - clock.monotonic()))
        return is_whole and self.is_whole


def _is_again(payload: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a part is told again; it may be dated anew."""
    return {**payload, _DATED: None} == {**before, _DATED: None}


class Expected:
    """Answers of one charger of which parts are still to come."""

    def __init__(self) -> None:
        """Nothing is expected."""
        self._open: dict[int, Parts] = {}

    def begin(self, number: int) -> Parts:
        """Expect the parts of a question."""
        self._open[number] = parts = Parts(number)
        return parts

    def end(self, parts: Parts) -> None:
        """Expect no more of them."""
        if self._open.get(parts.number) is parts:
            del self._open[parts.number]

    def came(
        self, number: int | None, payload: Mapping[str, Any], *, place: int | None, is_last: bool
    ) -> bool:
        """A part came; whether anybody waits for it."""
        parts = None if number is None else self._open.get(number)
        if parts is None:
            return False
        parts.came(payload, place=place, is_last=is_last)
        return True
