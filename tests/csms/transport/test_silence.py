"""A charger whose socket lives, and that says nothing any more.

Time jumps to the next event here.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import (
    SILENT_AFTER,
    ChargePoint,
)
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.connection import SPEAKS_WITHIN
from tests.csms.client import SILENCE, Client
from tests.csms.waiting import in_jumping_time

pytestmark = pytest.mark.usefixtures("socket_enabled")


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[ChargePoint, Client]]:
    """A charger that has booted and was asked what it is always asked."""
    central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
    await central.start()
    charger = central.add("CP1")
    async with Client(central) as client:
        await client.boot()
        await clock.sleep(60.0)
        while not client.asked.empty():
            client.asked.get_nowait()
        yield charger, client
    await central.stop()


def test_a_charger_that_says_nothing_for_long_is_asked_to_and_any_answer_will_do() -> None:
    async def story() -> None:
        async with connected() as (charger, client):
            await clock.sleep(3 * SILENT_AFTER)
            assert client.asked.qsize() >= 2
            assert await client.next_call("GetConfiguration") == {"key": ["HeartbeatInterval"]}
            assert not charger.is_mute

    in_jumping_time(story())


def test_a_charger_that_sends_heartbeats_is_asked_nothing() -> None:
    async def story() -> None:
        async with connected() as (charger, client):
            for _ in range(10):
                await clock.sleep(SILENT_AFTER / 2)
                await client.call("Heartbeat")
            assert client.asked.empty()
            assert not charger.is_mute

    in_jumping_time(story())


def test_a_charger_that_owes_its_answer_is_mute_until_it_says_anything() -> None:
    async def story() -> None:
        async with connected() as (charger, client):
            client.answers["GetConfiguration"] = SILENCE
            await client.next_call("GetConfiguration")
            assert not charger.is_mute
            await clock.sleep(SPEAKS_WITHIN + 1.0)
            assert charger.is_mute
            await clock.sleep(3 * SILENT_AFTER)
            assert charger.is_mute
            assert client.asked.qsize() >= 2
            await client.call("Heartbeat")
            assert not charger.is_mute

    in_jumping_time(story())


def test_a_charger_that_is_gone_is_not_called_mute() -> None:
    async def story() -> None:
        async with connected() as (charger, client):
            client.answers["GetConfiguration"] = SILENCE
            await client.next_call("GetConfiguration")
            await clock.sleep(SPEAKS_WITHIN + 1.0)
            await client.drop()
            while charger.online:
                await clock.sleep(0.1)
            assert not charger.is_mute

    in_jumping_time(story())
