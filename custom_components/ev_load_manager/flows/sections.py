"""Sections of forms, which are closed at first: what few people need.

A form's values come section by section. What is checked and stored knows no
sections: they are taken apart where values come in, and made where they are shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import voluptuous as vol

from homeassistant.data_entry_flow import section

type Sections = Mapping[str, Sequence[str]]
"""The fields of each section."""


def closed(
    key: str, fields: Mapping[vol.Marker, Any], *, opened: bool = False
) -> dict[vol.Marker, Any]:
    """A section of a form, closed unless `opened`; nothing without fields."""
    if not fields:
        return {}
    return {vol.Optional(key): section(vol.Schema(dict(fields)), {"collapsed": not opened})}


def flat(values: Mapping[str, Any], sections: Sections) -> dict[str, Any]:
    """What was entered, without the sections that it was entered in."""
    taken_apart = {key: value for key, value in values.items() if key not in sections}
    for key in sections:
        taken_apart |= values.get(key) or {}
    return taken_apart


def sectioned(values: Mapping[str, Any], sections: Sections) -> dict[str, Any]:
    """Values as the form shows them: each in its section."""
    inside = {field for fields in sections.values() for field in fields}
    shown = {key: value for key, value in values.items() if key not in inside}
    for key, fields in sections.items():
        shown[key] = {field: values[field] for field in fields if values.get(field) is not None}
    return shown


def above(errors: Mapping[str, str], sections: Sections) -> dict[str, str]:
    """The same errors, where a form can show them: not beside a field within a section."""
    inside = {field for fields in sections.values() for field in fields}
    shown = {field: error for field, error in errors.items() if field not in inside}
    for field, error in errors.items():
        if field in inside:
            shown.setdefault("base", error)
    return shown
