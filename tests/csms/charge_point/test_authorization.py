"""Who may charge, told the same way whenever a charger asks."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point import authorization
from custom_components.ev_load_manager.csms.charge_point.authorization import IdTag, IdTags
from custom_components.ev_load_manager.csms.charge_point.charge_point import ENDS_ITSELF_WITHIN
from custom_components.ev_load_manager.csms.dialect import TagStatus
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from tests.csms.client import Client
from tests.csms.conftest import ago

ANNA = IdTag(id_tag="04A1B2", name="Anna")
THIEF = IdTag(id_tag="04FFFF", name="Lost card", blocked=True)
GONE = IdTag(id_tag="04E0E0", name="Guest", expires=datetime(2026, 1, 2, tzinfo=UTC))
CLARA = IdTag(
    id_tag="04B0B0", name="Clara", expires=datetime(2099, 1, 2, tzinfo=UTC), group="FLAT 7"
)
LISTED = IdTags(tags=(ANNA, THIEF, GONE, CLARA), accept_all=False)


@pytest.fixture
async def picky(socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """A central system in which only Anna charges."""
    system = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(),
        authorize=lambda _, tag: LISTED.info(tag),
    )
    await system.start()
    yield system
    await system.stop()


def test_everybody_may_charge_unless_there_is_a_list() -> None:
    assert IdTags().status("anything") is TagStatus.ACCEPTED
    assert LISTED.status("anything") is TagStatus.INVALID


def test_a_blocked_tag_is_blocked_also_where_everybody_may() -> None:
    assert IdTags(tags=(THIEF,)).status("04ffff") is TagStatus.BLOCKED
    assert LISTED.status("04FFFF") is TagStatus.BLOCKED


def test_tags_are_known_in_any_case_and_by_name() -> None:
    assert LISTED.status("04a1b2") is TagStatus.ACCEPTED
    assert LISTED.name("04a1b2") == "Anna"
    assert LISTED.name("nobody") is None
    assert LISTED.find(" anna ") is ANNA
    assert LISTED.find("04a1b2") is ANNA
    assert LISTED.find("Berta") is None
    assert LISTED.accepted == (ANNA, CLARA)


@pytest.mark.parametrize(
    ("tag", "status"), [("04a1b2", "Accepted"), ("04FFFF", "Blocked"), ("", "Invalid")]
)
async def test_authorize_and_start_transaction_say_the_same(
    picky: CentralSystem, tag: str, status: str
) -> None:
    picky.add("CP1")
    async with Client(picky) as client:
        asked = await client.call("Authorize", idTag=tag)
        started = await begin(client, tag)
    assert asked == {"idTagInfo": {"status": status}}
    assert started["idTagInfo"] == {"status": status}
    assert started["transactionId"] > 0


async def test_a_card_is_valid_until_its_last_day_and_belongs_to_its_household(
    picky: CentralSystem,
) -> None:
    picky.add("CP1")
    told = {"expiryDate": "2099-01-02T00:00:00Z", "parentIdTag": "FLAT 7", "status": "Accepted"}
    async with Client(picky) as client:
        gone = await client.call("Authorize", idTag="04e0e0")
        assert gone == {"idTagInfo": {"status": "Expired", "expiryDate": "2026-01-02T00:00:00Z"}}
        assert await client.call("Authorize", idTag="04B0B0") == {"idTagInfo": told}
        assert (await begin(client, "04B0B0"))["idTagInfo"] == told
    (only,) = messages(LISTED.accepted, version=1)
    assert only["localAuthorizationList"][1] == {"idTag": "04B0B0", "idTagInfo": told}


async def test_no_certificate_is_signed_and_the_charger_hears_so(picky: CentralSystem) -> None:
    picky.add("CP1")
    async with Client(picky) as client:
        assert await client.call("SignCertificate", csr="-----BEGIN") == {"status": "Rejected"}


async def test_a_charger_that_goes_on_with_a_tag_that_may_not_is_told_to_stop(
    picky: CentralSystem, hurry: None
) -> None:
    picky.add("CP1")
    async with Client(picky) as client:
        told = await begin(client, "STRANGER")
        assert await client.next_call("RemoteStopTransaction") == {
            "transactionId": told["transactionId"]
        }


async def test_a_charger_that_ends_such_a_session_itself_is_told_nothing(
    picky: CentralSystem, hurry: None
) -> None:
    charger = picky.add("CP1")
    async with Client(picky) as client:
        await client.boot()
        told = await begin(client, "STRANGER")
        await client.call(
            "StopTransaction",
            transactionId=told["transactionId"],
            meterStop=0,
            timestamp=ago(0),
            reason="DeAuthorized",
        )
        await begin(client, "04A1B2")
        await clock.sleep(2 * ENDS_ITSELF_WITHIN)
        assert charger.connector(1).transaction is not None
    asked = [client.asked.get_nowait()[0] for _ in range(client.asked.qsize())]
    assert "RemoteStopTransaction" not in asked


async def begin(client: Client, tag: str) -> dict[str, Any]:
    """A session of a tag begins."""
    return await client.call(
        "StartTransaction", connectorId=1, idTag=tag, meterStart=0, timestamp=ago(0)
    )


def messages(tags: Sequence[IdTag], *, version: int, at_once: int = 20) -> list[dict[str, Any]]:
    """What a charger that speaks 1.6 is told."""
    return [
        OCPP_1_6.write_list(number, portion.infos, adds=portion.adds).payload
        for number, portion in enumerate(authorization.portions(tags, at_once=at_once), version)
    ]


def test_a_local_list_is_replaced_in_portions() -> None:
    tags = [IdTag(id_tag=f"TAG{number}", name="") for number in range(5)]
    first, second, third = messages(tags, version=7, at_once=2)
    assert (first["updateType"], first["listVersion"]) == ("Full", 7)
    assert (second["updateType"], second["listVersion"]) == ("Differential", 8)
    assert third["localAuthorizationList"] == [
        {"idTag": "TAG4", "idTagInfo": {"status": "Accepted"}}
    ]


def test_an_empty_local_list_empties_the_chargers() -> None:
    (only,) = messages([], version=1)
    assert only == {"listVersion": 1, "updateType": "Full"}
