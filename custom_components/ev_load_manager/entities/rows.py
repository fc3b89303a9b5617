"""What entities are made of: a row of a platform's table, for each place that has one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.helpers.entity import EntityDescription

from .targets import Place


def always(_: Any) -> bool:
    """Whatever place it is."""
    return True


def no_attributes(_: Any) -> None:
    """An entity that has nothing to add to its state."""


@dataclass(frozen=True, kw_only=True)
class Row[P: Place](EntityDescription):
    """One row of a platform's table: an entity that a kind of place has."""

    value_fn: Callable[[P], Any]
    available_fn: Callable[[P], bool] = always
    attributes_fn: Callable[[P], Mapping[str, Any] | None] = no_attributes
    has_fn: Callable[[P], bool] = always
    """Whether a place has such an entity at all."""
    for_drivers: bool = False
    """Whether drivers may change it where they charge, too; else only administrators."""
