"""A group writes its sessions into the book, with why they charged, waited or paused."""

import asyncio
import sqlite3
from threading import Event
from typing import Any

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from custom_components.ev_load_manager.sessions.spans import kept, kind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.csms.conftest import ago
from tests.groups import charger, client, group, set_up, start_session, subentry_id, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def rows(hass: HomeAssistant) -> list[dict[str, Any]]:
    """The sessions in the book."""
    book = async_shared_book(hass).book
    assert book is not None

    def read(connection: sqlite3.Connection) -> list[dict[str, Any]]:
        cursor = connection.execute("SELECT * FROM session ORDER BY id")
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        for one in found:
            one["spans"] = kept(connection, one["spans"], one["start_ts"])
        return found

    return await book.read(read)


async def test_a_session_is_on_the_disk_before_its_charger_has_the_answer(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as wire:
        transaction = await start_session(wire)
        (running,) = await rows(hass)
        assert running["end_ts"] is None
        assert running["zone"] == hass.config.time_zone
        await wire.call(
            "StopTransaction", transactionId=transaction, meterStop=1010, timestamp=ago(0)
        )
        (over,) = await rows(hass)
        assert over["end_ts"] is not None
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert async_shared_book(hass).book is None


async def test_why_a_session_charges_or_pauses_is_kept_with_its_times(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as wire:
        await start_session(wire)
        await wire.status("SuspendedEV")
        kinds: list[str] = []
        while "car" not in kinds:
            (running,) = await rows(hass)
            kinds = [kind(span.state) for span in running["spans"]]
        assert "charging" in kinds or "idle" in kinds
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_session_goes_on_when_home_assistant_begins_anew(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    began = ago(60)
    async with client(entry, "A") as wire:
        answer = await wire.call(
            "StartTransaction", connectorId=1, idTag="tag", meterStart=1000, timestamp=began
        )
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    async with client(entry, "A") as wire:
        # It had not heard the answer.
        again = await wire.call(
            "StartTransaction", connectorId=1, idTag="tag", meterStart=1000, timestamp=began
        )
        assert again["transactionId"] == answer["transactionId"]
        await wire.call(
            "StopTransaction",
            transactionId=answer["transactionId"],
            meterStop=1500,
            timestamp=ago(0),
        )
        (over,) = await rows(hass)
    assert (over["wh"], over["told_start"]) == (500, began)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_charger_is_answered_and_led_whatever_goes_wrong_with_the_book(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    entry = group(charger("A"))
    await set_up(hass, entry)
    monkeypatch.setattr("custom_components.ev_load_manager.group.session_journal.told_of", fail)
    async with client(entry, "A") as wire:
        await wire.boot()
        transaction = await start_session(wire)
        await until_step(entry, lambda: entry.runtime_data.readings.connectors != {})
        await wire.call(
            "StopTransaction", transactionId=transaction, meterStop=1500, timestamp=ago(0)
        )
    (state,) = entry.runtime_data.access.point("A").connectors.values()
    assert state.transaction is None
    assert "can't be written down" in caplog.text
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_two_groups_write_one_book(hass: HomeAssistant) -> None:
    entries = [group(charger(name), name=name) for name in ("A", "B")]
    for entry in entries:
        await set_up(hass, entry)
    for entry, name in zip(entries, ("A", "B"), strict=True):
        async with client(entry, name) as wire:
            await start_session(wire)
    assert len(await rows(hass)) == 2
    for entry in entries:
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert async_shared_book(hass).book is None


async def test_a_limit_of_a_session_leaves_after_the_answer_to_its_start(
    hass: HomeAssistant,
) -> None:
    """A disk that takes its time: nothing may name a session that its charger has not heard of."""
    entry = group(charger("A"))
    await set_up(hass, entry)
    book = async_shared_book(hass).book
    assert book is not None
    stored = Event()
    access = entry.runtime_data.access

    def wait_for_the_disk(_: sqlite3.Connection) -> None:
        stored.wait()

    async with client(entry, "A") as wire:
        await wire.boot()
        await wire.next_call("SetChargingProfile")
        held = hass.async_create_task(book.change(wait_for_the_disk))
        start = hass.async_create_task(start_session(wire))
        limit = hass.async_create_task(wire.next_call("SetChargingProfile"))
        while not (point := access.point("A")).unanswered:
            await wire.call("Heartbeat")
        # By now a limit that waits for nothing would have left.
        for _ in range(5):
            await wire.call("Heartbeat")
        assert not start.done()
        assert not limit.done()
        stored.set()
        await held
        first, _ = await asyncio.wait([start, limit], return_when=asyncio.FIRST_COMPLETED)
        assert start in first
        await limit
        assert not point.unanswered
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("settings", "tag", "why"),
    [
        ({}, "04A1B2", "open"),
        ({"id_tags": [{"name": "Anna", "id_tag": "04A1B2"}]}, "04a1b2", "list"),
        ({"id_tags": [{"name": "Anna", "id_tag": "04A1B2"}]}, "STRANGER", "open"),
        ({}, "", "none"),
    ],
)
async def test_why_a_session_could_begin_is_kept(
    hass: HomeAssistant, settings: dict[str, Any], tag: str, why: str
) -> None:
    entry = group(charger("A"), **settings)
    await set_up(hass, entry)
    async with client(entry, "A") as wire:
        await wire.call(
            "StartTransaction", connectorId=1, idTag=tag, meterStart=0, timestamp=ago(0)
        )
        (running,) = await rows(hass)
        assert (running["auth"], running["tag"]) == (why, tag)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_session_that_was_started_from_here_says_so(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    key = (DOMAIN, subentry_id(entry, "A"))
    device = dr.async_get(hass).async_get_device_by_identifier(key, entry.entry_id)
    assert device is not None
    async with client(entry, "A") as wire:
        wire.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        await hass.services.async_call(
            DOMAIN, "remote_start", {"device_id": device.id, "driver": "04A1B2"}, blocking=True
        )
        await wire.call(
            "StartTransaction", connectorId=1, idTag="04A1B2", meterStart=0, timestamp=ago(0)
        )
        (running,) = await rows(hass)
        assert running["auth"] == "remote"
    assert await hass.config_entries.async_unload(entry.entry_id)
