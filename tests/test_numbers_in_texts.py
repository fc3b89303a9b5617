"""Numbers in texts are written as the people of the house write them."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.errors import figure
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from .groups import group, set_up

INTEGRATION = Path(__file__).parents[1] / "custom_components" / DOMAIN

NOT_READ_BY_PEOPLE = {
    "actions/meter_history.py": "a CSV for machines",
    "csms/limits/connector_limit.py": "diagnostics",
    "csms/transport/calls.py": "the log",
    "csms/v16/dialect.py": "a vendor's message",
    "data_files/values.py": "who writes a data file",
    "errors.py": "the one place",
    "sessions/export_csv.py": "its flavour has the mark",
    "sessions/ocpi.py": "JSON for machines",
    "sessions/statement_page.py": "the language of who prints it has the mark",
}
"""Files that write numbers themselves, and who reads these."""


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "6.5"),
        ("en-GB", "6.5"),
        ("de", "6,5"),
        ("fi", "6,5"),
        ("nb", "6,5"),
        ("nl", "6,5"),
        ("sv", "6,5"),
    ],
)
async def test_each_language_has_its_decimal_mark(
    hass: HomeAssistant, language: str, written: str
) -> None:
    hass.config.language = language

    assert figure(6.5) == written


async def test_no_more_decimals_than_are_worth_reading(hass: HomeAssistant) -> None:
    assert figure(16.0) == "16"
    assert figure(10.0, 0) == "10"
    assert figure(100.0) == "100"
    assert figure(4.254) == "4.25"
    assert figure(4.2, all_decimals=True) == "4.20"
    assert figure(-0.001) == "0"
    assert figure(-3.25) == "-3.25"
    assert figure(3.4e38) == "3.4e+38"
    assert figure(float("nan")) == "nan"


@pytest.mark.usefixtures("socket_enabled")
async def test_a_refusal_names_the_fuse_with_a_comma(hass: HomeAssistant) -> None:
    hass.config.language = "de"
    entry = group(rated_current=16.5, maximum_current=10.0)
    await set_up(hass, entry)

    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(
            DOMAIN,
            "set_temporary_limit",
            {"config_entry_id": entry.entry_id, "limit": 20, "duration": "01:00:00"},
            blocking=True,
        )

    assert refused.value.translation_placeholders == {"maximum": "16,5"}


def numbers_written(tree: ast.AST) -> Iterator[int]:
    """The lines of f-strings that write a number in a way of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec)
            if re.search(r"[eEfFgG%n]'?$", spec.rstrip('"')):
                yield node.lineno


def test_nothing_that_people_read_writes_numbers_in_a_way_of_its_own() -> None:
    found = {
        str(path.relative_to(INTEGRATION)): [*numbers_written(ast.parse(path.read_text("utf-8")))]
        for path in INTEGRATION.rglob("*.py")
    }
    found = {name: lines for name, lines in found.items() if lines}

    assert found.keys() == NOT_READ_BY_PEOPLE.keys(), found
