"""The one codec of what is stored: plain JSON data of it, and each value of that read by itself.

What can't be read never stops what can. It falls to the safer side, which whoever reads
it names, and is noted in `Damage`, so that people are told what it was. What is
missing in a file of an older version was not written then: it is as its class begins.
"""

from annotationlib import Format, get_annotations
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, NamedTuple, TypeAliasType, get_args, get_origin

from . import values

VERSION: Final = 3
"""Of what is written now; transactions tell how their ends were told since 3."""
VERSION_0_1: Final = 1
"""What counts for version 0.1 of the integration, which wrote none."""


class _AsLost:
    """What is missing is as what is lost."""


class _Nothing:
    """There is no value that is safe in the place of a lost one."""

    def __repr__(self) -> str:
        return "nothing"


_AS_LOST: Final = _AsLost()
_NOTHING: Final = _Nothing()
_PLAIN: Final = frozenset({str, int, float, bool, NoneType})
"""What is plain JSON data as it is."""
NOT_KEPT: Final[Mapping[str, Any]] = {"kept": False}
"""Metadata of a field that is not stored."""


class Damage:
    """What could not be read, and what counts in its place."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        """By their places in the file: what stood there, and what counts."""

    def note(self, part: str, value: object, taken: object) -> None:
        """`value` can't be read, and `taken` counts in its place."""
        self.parts.setdefault(part, f"{repr(value)[:60]}, now {repr(taken)[:60]}")

    def __str__(self) -> str:
        """All of it, for one line of the log."""
        return "; ".join(f"{part} ({how})" for part, how in self.parts.items())


class Stored:
    """A JSON object that was stored, to be read value by value."""

    def __init__(
        self,
        data: object,
        where: str = "",
        damage: Damage | None = None,
        *,
        version: int = VERSION_0_1,
        is_lost: bool = False,
        is_outdated: bool = False,
        is_incomplete: bool = False,
    ) -> None:
        """Begin to read; `where` is its place in the file.

        Where it `is_lost`, so are all of its values. What came after it may be lost where it
        `is_outdated`. What is missing in it may have been lost at an earlier start where it
        `is_incomplete`; so it may in both of those.
        """
        self.where = where
        self.damage = Damage() if damage is None else damage
        self.version = version
        self.is_lost = is_lost
        self.is_outdated = is_outdated
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        elif not is_lost:
            self.damage.note(where or "everything", data, "the safest")
            self.is_lost = True
        self.is_incomplete = is_incomplete or not self.is_whole

    @classmethod
    def document(cls, data: object, damage: Damage, *, is_outdated: bool = False) -> Stored:
        """A whole file."""
        version: Any = data.get("version", VERSION_0_1) if isinstance(data, Mapping) else VERSION
        document = cls(data, "", damage, version=VERSION, is_outdated=is_outdated)
        try:
            document.version = values.count(version)
        except TypeError, ValueError:
            damage.note("version", version, VERSION)
        return document

    def __contains__(self, name: str) -> bool:
        """Whether anything stands under a name."""
        return name in self._data

    @property
    def data(self) -> Mapping[str, Any]:
        """All that stands there."""
        return self._data

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is lost, as far as the file as a whole tells."""
        return not (self.is_lost or self.is_outdated)

    @property
    def is_damaged(self) -> bool:
        """Whether any of it could not be read, as far as it was."""
        inside = (self.at(""), f"{self.where}[")
        return self.is_lost or any(part.startswith(inside) for part in self.damage.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """Under what names anything stands."""
        return tuple(self._data)

    def raw(self, name: str) -> Any:
        """Whatever stands there."""
        return self._data.get(name)

    def at(self, name: str | int) -> str:
        """The place of one of its values."""
        if isinstance(name, int):
            return f"{self.where}[{name}]"
        return f"{self.where}.{name}" if self.where else name

    def inside(
        self, name: str, data: object, *, is_lost: bool = False, is_outdated: bool = False
    ) -> Stored:
        """What stands, or was read, under a name, as an object."""
        return Stored(
            data,
            self.at(name),
            self.damage,
            version=self.version,
            is_lost=is_lost,
            is_outdated=self.is_outdated or is_outdated,
        )

    def incomplete(self) -> Stored:
        """The same, in which what is missing may have been lost at an earlier start."""
        return Stored(
            self._data,
            self.where,
            self.damage,
            version=self.version,
            is_lost=self.is_lost,
            is_outdated=self.is_outdated,
            is_incomplete=True,
        )

    # Single values

    def read[T](
        self,
        name: str,
        read: Callable[[Any], T],
        safer: T,
        *,
        missing: T | _AsLost = _AS_LOST,
        may_miss: bool = False,
    ) -> T:
        """A value; `safer` where it can't be read.

        `missing` is what it is (else the safer) in a file that was written before there was
        one, and in any file where it `may_miss`.
        """
        if self.is_lost:
            return safer
        if name in self._data:
            return self.of(name, self._data[name], read, safer)
        if may_miss or self.version < VERSION:
            return safer if isinstance(missing, _AsLost) else missing
        self.damage.note(self.at(name), None, safer)
        return safer

    def of[T](self, name: str | int, value: Any, read: Callable[[Any], T], safer: T) -> T:
        """What `read` makes of a value; where it can't, the `safer`, which is noted."""
        try:
            return read(value)
        except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
            self.damage.note(self.at(name), value, safer)
            return safer

    # Objects and lists

    def section(self, name: str, *, may_miss: bool = False) -> Stored:
        """An object in it; empty where there is none, and nothing of that is missed then."""
        if self.is_lost or name in self._data:
            return self.inside(name, self._data.get(name), is_lost=self.is_lost)
        if not may_miss and self.version >= VERSION:
            return self.inside(name, None)
        return Stored({}, self.at(name), self.damage, is_outdated=self.is_outdated)

    def many[T](self, name: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        """The values of a list; none where one can't be read."""
        none: tuple[T, ...] = ()
        return self.read(name, values.listed(read), none)

    def by_name[T](self, name: str, read: Callable[[Any], T]) -> dict[str, T]:
        """The values of an object; none where one can't be read."""
        none: dict[str, T] = {}
        return self.read(name, values.by_name(read), none)

    def sections(self, name: str, *, may_miss: bool = False) -> list[Stored]:
        """The objects of a list. Where it is no list, it may have held any: one lost.

        Where there is none, and it `may_miss`, nothing of that is missed.
        """
        if self.is_lost:
            return [self.inside(name, None, is_lost=True)]
        if name not in self._data and (may_miss or self.version < VERSION):
            return []
        found: tuple[Any, ...] | None = self.read(name, values.listed(values.anything), None)
        if found is None:
            return [self.inside(name, None, is_lost=True)]
        return [self.inside(f"{name}[{place}]", one) for place, one in enumerate(found)]

    def named(self, name: str) -> dict[str, Stored]:
        """The objects of an object, by their names."""
        section = self.section(name)
        return {one: section.inside(one, section.raw(one)) for one in section.names}

    def into[T](
        self,
        kind: type[T],
        *,
        given: Mapping[str, Any] | None = None,
        readers: Mapping[str, Callable[[Any], Any]] | None = None,
        safer: Mapping[str, Any] | None = None,
    ) -> T | None:
        """An instance of a dataclass, as `plain` wrote it; None where it can't be made.

        A field that can't be read is what `safer` says, else what its class begins with;
        without either nothing stands for it. `readers` are for those that need more than
        their type says, and what is `given` is not read at all.
        """
        found = dict(given or {})
        fields_of: Any = _fields
        for field in fields_of(kind):
            if field.name in found:
                continue
            instead = (safer or {}).get(field.name, field.default())
            if field.kind is not None:
                value = self.section(field.name).into(field.kind)
                found[field.name] = instead if value is None else value
                continue
            default = field.default()
            if default is _NOTHING and not self.is_lost and field.name not in self._data:
                self.damage.note(self.at(field.name), None, instead)
                default = instead
            reader = (readers or {}).get(field.name, field.read)
            value = self.read(field.name, reader, instead, missing=default)
            if value is _NOTHING:
                return None
            found[field.name] = value
        return kind(**found)


def plain(value: Any) -> Any:
    """A value as plain JSON data, from which `Stored` reads it again."""
    # Nearly all are one of these, and all chargers are written for each limit that rises.
    if type(value) in _PLAIN:
        return value
    match value:
        case StrEnum():
            return value.value
        case Enum():
            return value.name
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case frozenset() | set():
            return sorted(map(plain, value))
        case str() | int() | float():
            return value
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: plain(getattr(value, name)) for name in _kept(kind)}
    return [plain(one) for one in value]


@cache
def _kept(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.metadata.get("kept", True))


# How the fields of a dataclass are read


class _Field(NamedTuple):
    """One field."""

    name: str
    default: Callable[[], Any]
    read: Callable[[Any], Any]
    kind: type[Any] | None
    """Where it is a dataclass itself: which."""


@cache
def _fields(kind: Any) -> tuple[_Field, ...]:
    hints = get_annotations(kind, format=Format.FORWARDREF)
    return tuple(
        _Field(
            field.name,
            _default_of(field),
            values.anything if is_dataclass(hint) else _reader(hint),
            hint if isinstance(hint, type) and is_dataclass(hint) else None,
        )
        for field in fields(kind)
        if field.name in _kept(kind)
        for hint in [hints[field.name]]
    )


def _default_of(field: Any) -> Callable[[], Any]:
    if field.default_factory is not MISSING:
        factory: Callable[[], Any] = field.default_factory
        return factory
    default = _NOTHING if field.default is MISSING else field.default
    return lambda: default


def _reader(hint: Any) -> Callable[[Any], Any]:
    """What reads a value of a type."""
    if isinstance(hint, TypeAliasType):
        return _reader(hint.__value__)
    if hint in _READERS:
        return _READERS[hint]
    inner = [one for one in get_args(hint) if one not in (NoneType, ...)]
    origin = get_origin(hint)
    if NoneType in get_args(hint):
        return values.optional(_reader(inner[0]))
    if origin is tuple:
        return values.listed(_reader(inner[0]))
    if origin is frozenset:
        read = values.listed(_reader(inner[0]))
        return lambda value: frozenset(read(value))
    if origin is Mapping:
        return values.by_name(_reader(inner[1]))
    if issubclass(hint, StrEnum):
        return lambda value: hint(values.text(value))
    if issubclass(hint, Enum):
        return lambda value: hint[values.text(value)]
    # A named tuple of numbers.
    numbers = values.listed(values.number)
    return lambda value: hint(*numbers(value))


_READERS: Final[Mapping[Any, Callable[[Any], Any]]] = {
    Any: values.anything,
    bool: values.flag,
    date: lambda value: date.fromisoformat(values.text(value)),
    datetime: values.moment,
    float: values.number,
    int: values.count,
    str: values.text,
}
