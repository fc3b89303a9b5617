"""A charger's configuration keys: reading them all, writing one.

Chargers spell keys in their own way (`metervaluesampleinterval`,
`HeartBeatInterval`), hide some unless asked by name, and quote values.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import contextlib
from enum import Enum, auto
from typing import Any

from ..transport.calls import CallPriority, ReachableCharger
from ..transport.errors import CallError, CallTimeout
from ..transport.masking import is_secret_key, masked_text

_AT_ONCE = (10, 4, 1)
"""Keys asked for in one question, where the charger doesn't tell its own number: fewer
once it refused, or answered nothing to, the question for more."""
ANSWERS_WITHIN = 10.0
"""Seconds that the answer to one question may take; some firmware never gives one."""
_MOST_UNANSWERED = 3
_LIST_WITHIN = 60.0
"""Seconds in which a list comes that is told in parts; what came by then counts."""

MOST_KEYS = 500
"""Keys that are kept; the most that a real charger was seen to have is 150."""


class Written(Enum):
    """What became of a value."""

    ACCEPTED = auto()
    AFTER_REBOOT = auto()
    REFUSED = auto()


class Configuration:
    """The keys of one charger as last read."""

    def __init__(self, charger: ReachableCharger) -> None:
        self._charger = charger
        self._values: dict[str, str] = {}
        self._read_only: set[str] = set()
        self._at_once = _AT_ONCE[0]

    @property
    def values(self) -> dict[str, str]:
        """Every key that is known, as the charger spells it."""
        return dict(self._values)

    def spelt(self, key: str) -> str | None:
        """A key as the charger spells it; None: it didn't tell of it."""
        if key in self._values:
            return key
        folded = key.casefold()
        return next((known for known in self._values if known.casefold() == folded), None)

    def get(self, key: str) -> str | None:
        """A key's value; None where it is not known."""
        spelt = self.spelt(key)
        return None if spelt is None else self._values[spelt]

    def read_only(self, key: str) -> bool:
        """Whether the charger says that it can't be written."""
        return self.spelt(key) in self._read_only

    def number(self, key: str) -> int | None:
        """A key's value as a whole number."""
        try:
            return int(float(self.get(key) or ""))
        except OverflowError, ValueError:
            return None

    def flag(self, key: str) -> bool | None:
        """A key's value as true or false (some chargers say 1 and 0)."""
        value = (self.get(key) or "").strip().casefold()
        return {"true": True, "1": True, "false": False, "0": False}.get(value)

    def items(self, key: str) -> tuple[str, ...] | None:
        """A key's value as a list of words."""
        value = self.get(key)
        return None if value is None else tuple(words(value))

    async def read_all(self) -> bool:
        """Ask for every key; whether the charger told any.

        Some firmware answers nothing where no key is named. Raises NotConnected.
        """
        question = self._charger.dialect.read_settings(None)
        try:
            answer = await self._charger.ask(
                question,
                timeout=ANSWERS_WITHIN,
                priority=CallPriority.NORMAL,
                within=_LIST_WITHIN,
            )
        except CallError, CallTimeout:
            return False
        if answer.whole and answer.parts and self._is_all(answer.parts):
            # What it told before an update, or before it began to lie, is gone.
            self.forget()
        for part in answer.parts:
            self._take(part)
        return bool(answer.parts) and bool(self._values)

    def _is_all(self, parts: Iterable[Mapping[str, Any]]) -> bool:
        """Whether a list may be all of it: what was told by name just now has to be among it."""
        names, dialect = self._charger.dialect.names, self._charger.dialect
        if names.listed_first:
            return True
        told = {one.name.casefold() for part in parts for one in dialect.settings_told(part)}
        return all(one.casefold() in told for one in names.essential if self.get(one) is not None)

    def forget(self) -> None:
        """Whatever it told before is not so any more."""
        self._values.clear()
        self._read_only.clear()

    async def read(self, keys: Iterable[str]) -> None:
        """Ask for keys by name, in portions that the charger takes.

        A portion that it refuses, or leaves without an answer, is asked for in smaller
        ones; what it does not tell even alone is left out. Raises CallTimeout where it is
        not going to tell (more), and NotConnected.
        """
        at_once = self._charger.dialect.names.at_once
        if self.number(at_once) is None:
            # Every charger answers a question for one key, if it answers any.
            with contextlib.suppress(CallError):
                self._take(await self._ask([at_once]))
        waiting = [key for key in dict.fromkeys(keys) if key != at_once or self.spelt(key) is None]
        unanswered = 0
        while waiting:
            portion = waiting[: self._portion]
            try:
                self._take(await self._ask(portion))
            except (CallError, CallTimeout) as error:
                if isinstance(error, CallTimeout):
                    unanswered += 1
                    if unanswered >= _MOST_UNANSWERED:
                        raise
                if self._takes_fewer(len(portion)):
                    continue
            del waiting[: len(portion)]

    @property
    def _portion(self) -> int:
        """How many keys are asked for in one question."""
        return max(
            1, min(self.number(self._charger.dialect.names.at_once) or self._at_once, self._at_once)
        )

    def _takes_fewer(self, keys: int) -> bool:
        """Ask for fewer than `keys` at once from now on; False: it was one."""
        fewer = next((number for number in _AT_ONCE if number < keys), None)
        if fewer is None:
            return False
        self._at_once = fewer
        return True

    async def write(self, key: str, value: str) -> tuple[Written, str]:
        """Set a key; what became of it, in the charger's words.

        Raises NotConnected, CallTimeout.
        """
        name = self.spelt(key) or key
        dialect = self._charger.dialect
        question = dialect.write_setting(name, value)
        try:
            answer = await self._charger.call(question, priority=CallPriority.BACKGROUND)
        except CallError as error:
            return Written.REFUSED, str(error)
        status = dialect.status(answer)
        if dialect.accepts(answer):
            self._values[name] = value
            return Written.ACCEPTED, status
        return (Written.AFTER_REBOOT if dialect.needs_reboot(answer) else Written.REFUSED), status

    async def _ask(self, names: Sequence[str] | None) -> dict[str, Any]:
        question = self._charger.dialect.read_settings(names)
        return await self._charger.call(
            question, timeout=ANSWERS_WITHIN, priority=CallPriority.NORMAL
        )

    def _take(self, answer: Mapping[str, Any]) -> None:
        for told in self._charger.dialect.settings_told(answer):
            if is_secret_key(told.name):
                continue  # some tell their password; nobody here wants to know
            if told.name not in self._values and len(self._values) >= MOST_KEYS:
                continue  # it is kept, shown, and written with every session
            # It is stored and shown; logins within addresses are nobody's business either.
            value = "" if told.value is None else masked_text(str(told.value))
            self._values[told.name] = value
            if told.read_only:
                self._read_only.add(told.name)


def words(value: str) -> Iterator[str]:
    """The words of a comma separated list, without quotes and spaces."""
    for word in value.split(","):
        if stripped := word.strip().strip("'\""):
            yield stripped
