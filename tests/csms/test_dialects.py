"""What is spoken on a socket is what its handshake agreed on, in both directions."""

from collections.abc import Mapping
from typing import Any, cast, override

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms import versions
from custom_components.ev_load_manager.csms.charge_point.charge_point import (
    ChargePoint,
    FullDialect,
    Pending,
)
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport.connection import Reply
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6, Ocpp16

from .client import Client

SESSION = "5f3c-a"


class Other(Ocpp16):
    """Another version of OCPP: its chargers name their sessions themselves."""

    subprotocol = "ocpp9.9"  # type: ignore[misc]

    @staticmethod
    @override
    def answer(charger: ChargePoint, action: str, payload: Mapping[str, Any]) -> Reply:
        """See `FullDialect`."""
        match action:
            case "Hello":
                return Reply({"interval": 9}, then=charger.booted(**payload))
            case "Outlet":
                charger.reported(payload["evse"], Status(payload["state"]))
                return Reply()
        charger.started(
            connector=payload["evse"],
            timestamp="",
            told=None,
            meter_start=None,
            id_tag="",
            transaction_id=payload["session"],
        )
        return Reply({})

    @staticmethod
    @override
    def answer_pending(charger: Pending, action: str, payload: Mapping[str, Any]) -> Reply:
        """See `FullDialect`."""
        charger.introduced(**payload)
        return Reply({"wait": True})

    @override
    def stop(self, transaction_id: str) -> Question:
        """See `Dialect`."""
        return Question("End", {"session": transaction_id})


class OtherClient(Client):
    """A charger that speaks it."""

    @override
    def check(self, kind: int, action: str, payload: dict[str, Any]) -> None:
        """Take anything: it has no schema."""


@pytest.fixture(autouse=True)
def other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the other version spoken, too: to register it is all that it takes."""
    monkeypatch.setitem(versions.DIALECTS, Other.subprotocol, cast(FullDialect, Other()))


IDENTITY = {"vendor": "V", "model": "M", "serial": "1", "firmware": "2"}


async def test_a_charger_is_answered_and_asked_in_the_version_that_was_agreed_on(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with OtherClient(central, subprotocols=("ocpp9.9",)) as client:
        assert client.socket.subprotocol == "ocpp9.9"
        assert await client.call("Hello", **IDENTITY) == {"interval": 9}
        assert charger.identity.vendor == "V"
        await client.call("Outlet", evse=1, state="preparing")
        assert charger.connectors[1].status is Status.PREPARING
        await client.call("Session", evse=1, session=SESSION)
        running = charger.connectors[1].transaction
        assert running is not None
        assert running.id == SESSION

        client.answers["End"] = {"status": "Accepted"}
        question = charger.dialect.stop(running.id)
        assert await charger.call(question) == {"status": "Accepted"}


async def test_one_that_comes_back_in_another_version_is_answered_in_that(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with OtherClient(central, subprotocols=("ocpp9.9", "ocpp1.6")) as client:
        assert await client.call("Hello", **IDENTITY) == {"interval": 9}
    async with Client(central, subprotocols=("ocpp1.6",)) as client:
        assert (await client.boot())["status"] == "Accepted"
        assert charger.dialect is OCPP_1_6


async def test_one_that_nobody_has_added_is_told_to_wait_in_its_own_words(
    central: CentralSystem,
) -> None:
    async with OtherClient(central, "New", subprotocols=("ocpp9.9",)) as client:
        assert await client.call("Hello", **IDENTITY) == {"wait": True}
        assert central.unknown["New"].vendor == "V"

        added = central.add("New")
        assert added.online
        assert added.identity.vendor == "V"
        assert await client.call("Hello", **IDENTITY) == {"interval": 9}
