"""Reads a data file field by field, and says which field is wrong.

A wrong file is a mistake of a developer or contributor; the error names the file
and the field, so that adding a meter or a charger needs no debugger. What the
fields mean is for `meter/map_file.py` and `csms/models/reading.py`.
"""

from annotationlib import Format, get_annotations
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields as fields_of, is_dataclass
from enum import StrEnum
from functools import cache
import math
from pathlib import Path
import re
from types import NoneType
from typing import Any, Literal, Self, TypeAliasType, get_args, get_origin

import yaml

from . import values


class DataFileError(ValueError):
    """A data file doesn't follow its schema."""


def load_yaml(path: Path, error: type[DataFileError] = DataFileError) -> object:
    """The content of a file; raises `error` where it is not YAML."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as err:
        raise error(f"{path.stem}: not YAML: {err}") from err


class Fields:
    """A mapping from a file, field by field, until nothing is left unread.

    Fields that are missing, or null, are None, or empty where there may be several.
    """

    error: type[DataFileError] = DataFileError
    """What is raised where a field is wrong."""

    def __init__(self, data: object, where: str) -> None:
        """`where` is the place in the file that errors name."""
        if not isinstance(data, Mapping):
            raise self.error(f"{where}: must be a mapping, not {data!r}")
        self.where = where
        self._data: dict[Any, Any] = dict(data)

    def done(self) -> None:
        """Refuse what nobody asked for: it is a misspelt field."""
        if self._data:
            raise self.error(f"{self.where}: unknown {', '.join(sorted(map(str, self._data)))}")

    def wrong(self, name: str, value: object, why: str) -> DataFileError:
        """What to raise where a field's value can't be."""
        return self.error(f"{self.where}.{name}: {value!r} {why}")

    def needed[T](self, name: str, value: T | None) -> T:
        """The value of a field that may not be missing."""
        if value is None:
            raise self.error(f"{self.where}: needs {name}")
        return value

    def has(self, name: str) -> bool:
        """Whether a field is there, and was not read yet."""
        return name in self._data

    def take(self, name: str) -> Any:
        """Whatever a field holds."""
        return self._data.pop(name, None)

    # Fields in fields

    def section(self, name: str) -> Self | None:
        """A mapping with fields of its own."""
        value = self.take(name)
        return None if value is None else type(self)(value, f"{self.where}.{name}")

    def sections(self, name: str) -> list[Self]:
        """A list of those."""
        return [
            type(self)(value, f"{self.where}.{name}[{place}]")
            for place, value in enumerate(self.items(name))
        ]

    def named(self, name: str) -> Iterable[tuple[Any, Any]]:
        """The pairs of a mapping whose keys are not fields."""
        value = self.take(name)
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            raise self.wrong(name, value, "must be a mapping")
        return value.items()

    def items(self, name: str) -> list[Any]:
        """A list of whatever."""
        value = self.take(name)
        if value is not None and not isinstance(value, list):
            raise self.wrong(name, value, "must be a list")
        return value or []

    def pairs(self, name: str) -> dict[str, str] | None:
        """A mapping of texts to texts; None where it is missing."""
        value = dict(self.named(name))
        for key, one in value.items():
            if not isinstance(key, str) or not isinstance(one, str):
                raise self.error(f"{self.where}.{name}: {key!r}: {one!r} must be text")
        return value or None

    def into[T](self, kind: type[T], **given: Any) -> T:
        """An instance of a dataclass, with nothing left unread.

        What is not `given` is read as its type says; what is missing is as the class begins.
        """
        found = {}
        of_class: Any = kind
        for name, read, is_needed in _readers(of_class):
            value = given[name] if name in given else read(self, name)
            if value is not None:
                found[name] = value
            elif is_needed:
                self.needed(name, value)
        self.done()
        return kind(**found)

    # Single values

    def read[T](self, name: str, value: object, read: Callable[[Any], T]) -> T | None:
        """What `read` makes of a field's value; None where that is missing."""
        try:
            return None if value is None else read(value)
        except (TypeError, ValueError) as error:
            raise self.wrong(name, value, str(error)) from None

    def text(self, name: str) -> str | None:
        """A text that says something."""
        return self.read(name, self.take(name), _words)

    def needed_text(self, name: str) -> str:
        """The same of a field that may not be missing."""
        return self.needed(name, self.text(name))

    def one_of[T](self, name: str, choices: Iterable[T], default: T) -> T:
        """One of several values."""
        value = self.take(name)
        if value is None:
            return default
        for choice in choices:
            if value == choice and not isinstance(value, bool):
                return choice
        raise self.wrong(name, value, f"is none of {', '.join(map(str, choices))}")

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        return self.read(name, self.take(name), values.flag)

    def number(self, name: str) -> float | None:
        """A finite number other than 0."""
        return self.read(name, self.take(name), _other_than_0)

    def positive(self, name: str) -> float | None:
        """A finite number above 0."""
        return self.read(name, self.take(name), _above_0)

    def as_positive(self, name: str, value: object) -> float:
        """A value of a field as a finite number above 0."""
        return self.needed(name, self.read(name, value, _above_0))

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        return self.read(name, self.take(name), values.whole(least, most))

    def needed_whole(self, name: str, least: int, most: int) -> int:
        """The same of a field that may not be missing."""
        return self.needed(name, self.whole(name, least, most))

    def count(self, name: str) -> int | None:
        """A whole number from 0."""
        return self.read(name, self.take(name), values.whole(0))


def _words(value: object) -> str:
    found = values.text(value)
    if not found.strip():
        raise ValueError("must be text")
    return found


def _other_than_0(value: object) -> float:
    found = values.number(value)
    if found == 0:
        raise ValueError("must be a number other than 0")
    return found


def _above_0(value: object) -> float:
    # A wrong type is told in the same words.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError("must be a number above 0")
    return float(value)


# How the fields of a dataclass are read

type _Reader = Callable[[Fields, str], Any]


@cache
def _readers(kind: Any) -> tuple[tuple[str, _Reader, bool], ...]:
    """The name of each field, what reads it, and whether it may not be missing."""
    hints = get_annotations(kind, format=Format.FORWARDREF)
    return tuple(
        (
            field.name,
            _reader(hints[field.name]),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields_of(kind)
    )


def _reader(hint: Any) -> _Reader:
    """What reads a field of a type; None where it is missing."""
    if isinstance(hint, TypeAliasType):
        return _reader(hint.__value__)
    origin, inner = get_origin(hint), [one for one in get_args(hint) if one is not NoneType]
    if NoneType in get_args(hint):
        return _reader(inner[0])
    if origin is Literal:
        return lambda fields, name: fields.one_of(name, inner, None)
    if origin is Mapping:
        return Fields.pairs
    if origin is tuple:
        each = _value_of(inner[0])
        return lambda fields, name: (
            tuple(fields.needed(name, fields.read(name, one, each)) for one in fields.items(name))
            or None
        )
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda fields, name: (part := fields.section(name)) and part.into(hint)
    read = _value_of(hint)
    return lambda fields, name: fields.read(name, fields.take(name), read)


def _value_of(hint: Any) -> Callable[[Any], Any]:
    """What reads a single value of a type."""
    if get_origin(hint) is re.Pattern:
        return _pattern
    simple = {str: _words, bool: values.flag, int: values.whole(0), float: _above_0}
    return simple.get(hint) or one_of(hint)


def one_of[C: StrEnum](kind: type[C]) -> Callable[[Any], C]:
    """What reads a member of an enumeration by its value."""

    def read(value: Any) -> C:
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"is none of {', '.join(kind)}") from None

    return read


def _pattern(value: object) -> re.Pattern[str]:
    try:
        return re.compile(_words(value), re.IGNORECASE)
    except re.error as err:
        raise ValueError(f"is no pattern: {err}") from None
