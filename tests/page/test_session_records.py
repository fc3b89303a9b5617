"""Records of OCPI are as the specification has them; what is corrected afterwards is credited."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
)

from homeassistant.core import HomeAssistant
from tests.sessions.ocpi_schema import check_cdr
from tests.sessions.telling import HOUR

from .test_sessions import OCTOBER, anna, charge, result, running

__all__ = ["anna", "running"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


class Exported:
    """What a download of a month's records holds, each record as the specification has it."""

    def __init__(self, web: Any) -> None:
        """Download as whoever `web` is signed in as."""
        self._web = web

    async def __call__(self, month: int = 202610, **query: Any) -> dict[str, dict[str, Any]]:
        """The records by id; those of sessions that make none are not there."""
        path = f"/api/ev_load_manager/sessions.ocpi.json?month={month}"
        path += "".join(f"&{key}={value}" for key, value in query.items())
        found = await (await self._web.get(path)).json()
        for cdr in found["cdrs"]:
            check_cdr(cdr)
        names = [cdr["id"] for cdr in found["cdrs"]]
        assert len(set(names)) == len(names)
        return {cdr["id"]: cdr for cdr in found["cdrs"]}


@pytest.fixture
async def exported(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket, hass_client: ClientSessionGenerator
) -> Exported:
    """A home that has told what a record has to name, and its administrator."""
    hass.config.country = "FI"
    await result(page, "change_settings", party_id="TAL", address="Katu 1", city="Turku")
    await result(page, "add_tariff", price=0.25, tax=25.5, from_ts=0)
    return Exported(await hass_client())


async def test_what_was_not_corrected_is_told_the_same_again(exported: Exported) -> None:
    first = await exported()
    assert len(first) == 3
    assert not any("credit" in cdr for cdr in first.values())
    assert await exported() == first


async def test_a_corrected_session_is_credited_and_told_anew(
    exported: Exported, page: MockHAClientWebSocket
) -> None:
    first = await exported()
    uid = next(name for name, cdr in first.items() if cdr["total_energy"] == 2.6)
    await result(page, "correct", uid=uid, field="wh", value=1_000, why="the display")
    second = await exported()
    credited = second[f"{uid}-C"]
    assert credited["credit_reference_id"] == uid
    assert credited["total_cost"]["incl_vat"] == -first[uid]["total_cost"]["incl_vat"] == -0.65
    assert (second[f"{uid}-2"]["total_energy"], second[f"{uid}-2"]["total_cost"]["incl_vat"]) == (
        1.0,
        0.25,
    )
    # What was handed on stays as it was, and all of it adds up to what the book says now.
    assert {name: second[name] for name in first} == first
    assert sum(cdr["total_cost"]["incl_vat"] for cdr in second.values()) == pytest.approx(3.95)
    assert await exported() == second

    await result(page, "correct", uid=uid, field="void", value=True, why="a test")
    third = await exported()
    assert third[f"{uid}-2-C"]["credit_reference_id"] == f"{uid}-2"
    assert sum(cdr["total_cost"]["incl_vat"] for cdr in third.values()) == pytest.approx(3.70)
    await result(page, "correct", uid=uid, field="void", value=False, why="it was none")
    assert (await exported())[f"{uid}-3"]["total_energy"] == 1.0


async def test_another_driver_or_a_note(
    exported: Exported, page: MockHAClientWebSocket, anna: int
) -> None:
    first = await exported()
    uid, other = list(first)[:2]
    await result(page, "correct", uid=uid, field="note", value="by the gate", why="so")
    assert await exported() == first
    await result(page, "correct", uid=other, field="person", value=anna, why="her car")
    await result(page, "correct", uid=uid, field="person", value=anna, why="her car")
    found = await exported()
    assert all(
        cdr["cdr_token"]["contract_id"] == f"person-{anna}"
        for name, cdr in found.items()
        if name.endswith("-2")
    )


async def test_a_session_that_is_moved_into_another_month_is_credited_in_its_own(
    exported: Exported, page: MockHAClientWebSocket
) -> None:
    (uid, *_) = await exported()
    september = int(OCTOBER - 30 * 24 * HOUR)
    # First where it ends now, then where it did not any more; and once more from the start.
    for field, value in (("start", september), ("end", september + int(HOUR))):
        await result(page, "correct", uid=uid, field=field, value=value, why="its clock")
    assert list(await exported(202609)) == [f"{uid}-2"]
    october = await exported()
    assert october[f"{uid}-C"]["credit_reference_id"] == uid
    assert f"{uid}-2-C" not in october
    assert await exported() == october
    assert list(await exported(202609)) == [f"{uid}-2"]


async def test_a_part_of_a_month_credits_what_it_shows(
    exported: Exported, page: MockHAClientWebSocket, anna: int
) -> None:
    first = await exported(person=anna)
    assert len(first) == 2
    uid = next(iter(first))
    await result(page, "correct", uid=uid, field="wh", value=1, why="x")
    assert {f"{uid}-C", f"{uid}-2"} < (await exported(person=anna)).keys()


async def test_a_driver_who_looks_hands_nothing_on(
    hass: HomeAssistant,
    exported: Exported,
    page: MockHAClientWebSocket,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    guest = Exported(await hass_client(hass_read_only_access_token))
    seen = await guest()
    assert len(seen) == 2
    uid = next(iter(seen))
    await result(page, "correct", uid=uid, field="wh", value=1, why="x")
    assert f"{uid}-C" not in await exported()
    await result(page, "correct", uid=uid, field="wh", value=2, why="x")
    assert (await guest())[uid]["total_energy"] == 0.002
    assert f"{uid}-C" in await exported()
    assert (await guest())[f"{uid}-2"]["total_energy"] == 0.002


async def test_who_is_forgotten_is_in_no_record_and_nothing_is_credited_for_it(
    exported: Exported, page: MockHAClientWebSocket, anna: int
) -> None:
    first = await exported()
    await result(page, "forget_person", person=anna)
    found = await exported()
    assert found.keys() == first.keys()
    assert not any(cdr["cdr_token"]["uid"].upper() == "04A1B2C3" for cdr in found.values())


async def test_a_session_that_goes_on_or_has_no_energy_makes_no_record(
    hass: HomeAssistant, exported: Exported
) -> None:
    await charge(hass, "RUNS", at=OCTOBER + 7 * HOUR, over=False)
    assert len(await exported()) == 3
