"""Who may charge is seen and changed on the page, by administrators."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

from tests.groups import client, until_step

from .conftest import ask

pytestmark = pytest.mark.usefixtures("socket_enabled")

ANNA = {"name": " Anna ", "id_tag": "04A1B2", "expires": "2026-12-31", "group": "First floor"}


async def test_a_card_that_is_held_up_is_seen_and_given_a_name(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    access = entry.runtime_data.access
    told = await ask(page, "tags", entry_id=entry.entry_id)
    assert told["result"] == {"everybody": True, "tags": [], "seen": []}
    async with client(entry, "A") as anna:
        await anna.boot()
        await anna.call("Authorize", idTag="04A1B2")
        told = await ask(page, "tags", entry_id=entry.entry_id)
        assert told["result"]["seen"] == ["04A1B2"]

        answer = await ask(
            page, "change_tags", entry_id=entry.entry_id, everybody=False, tags=[ANNA]
        )

        assert answer["success"]
        await until_step(entry, lambda: access.id_tags.name("04a1b2") == "Anna")
        told = await ask(page, "tags", entry_id=entry.entry_id)
        assert told["result"] == {
            "everybody": False,
            "tags": [{**ANNA, "name": "Anna", "blocked": False}],
            "seen": [],
        }
        other = await anna.call("Authorize", idTag="STRANGER")
        assert other["idTagInfo"]["status"] == "Invalid"


@pytest.mark.parametrize(
    ("tags", "key"),
    [
        ([{"name": "", "id_tag": "1"}], "tag_incomplete"),
        ([{"name": "Anna", "id_tag": "1" * 21}], "tag_too_long"),
        ([{"name": "Anna", "id_tag": "a"}, {"name": "Ben", "id_tag": "A "}], "tag_twice"),
        ([{"name": "Anna", "id_tag": "a", "group": "g" * 21}], "tag_group_too_long"),
    ],
)
async def test_what_is_wrong_with_a_list_is_said_and_changes_nothing(
    entry: MockConfigEntry, page: MockHAClientWebSocket, tags: list[dict[str, Any]], key: str
) -> None:
    answer = await ask(page, "change_tags", entry_id=entry.entry_id, everybody=False, tags=tags)

    assert answer["error"]["translation_key"] == key
    assert "{" not in answer["error"]["message"]
    assert "id_tags" not in entry.options


@pytest.mark.parametrize(
    "tags", [[{"name": "Anna"}], [{"name": "Anna", "id_tag": "1", "expires": "soon"}], "all"]
)
async def test_nonsense_is_refused(
    entry: MockConfigEntry, page: MockHAClientWebSocket, tags: Any
) -> None:
    answer = await ask(page, "change_tags", entry_id=entry.entry_id, everybody=True, tags=tags)

    assert answer["error"]["code"] == "invalid_format"


async def test_who_is_no_administrator_sees_and_changes_no_cards(
    entry: MockConfigEntry, guests_page: MockHAClientWebSocket
) -> None:
    for command, data in (("tags", {}), ("change_tags", {"everybody": True, "tags": []})):
        answer = await ask(guests_page, command, entry_id=entry.entry_id, **data)

        assert answer["error"]["code"] == "unauthorized"
