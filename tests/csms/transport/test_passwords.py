"""Chargers prove who they are, and whoever can't is noticed."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import failed_logins, passwords
from custom_components.ev_load_manager.csms.transport.connection import Link
from custom_components.ev_load_manager.csms.transport.failed_logins import LoginBook
from custom_components.ev_load_manager.csms.transport.passwords import Passwords
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine, until

from .test_connecting import refused

SECRET = "0123456789abcdef0123"


@pytest.fixture
def book() -> Passwords:
    """Nobody has a password yet."""
    return Passwords()


@pytest.fixture
async def guarded(socket_enabled: None, book: Passwords) -> AsyncGenerator[CentralSystem]:
    """A central system that asks for the passwords in `book`."""
    system = CentralSystem(
        "127.0.0.1", 0, transaction_ids=TransactionIds(), authenticate=book.check
    )
    await system.start()
    yield system
    await system.stop()


def test_a_generated_password_fits_every_charger() -> None:
    made = {passwords.generate() for _ in range(100)}
    assert len(made) == 100
    assert all(16 <= len(password) <= 20 and password.isalnum() for password in made)
    assert all(passwords.is_usable(password) for password in made)


@pytest.mark.parametrize(
    "password", ["", "short77", "x" * 41, "has a space", "schlüssel-zum-glück", "tab\tinside"]
)
def test_a_password_that_chargers_can_not_have_is_refused(password: str) -> None:
    assert not passwords.is_usable(password)


@pytest.mark.parametrize("password", [SECRET, "correct-horse!", "A" * 40])
def test_whatever_a_charger_makes_of_its_key_is_its_password(password: str) -> None:
    for key in passwords.authorization_keys(password):
        assert len(key) <= 40
        assert passwords.matches(password, key.encode())
    assert passwords.matches(password, password.encode())


def test_a_key_is_told_in_hexadecimal_first() -> None:
    assert [*passwords.authorization_keys(SECRET)] == [SECRET.encode().hex(), SECRET]


async def test_a_charger_without_a_password_comes_in_whatever_it_gives(
    guarded: CentralSystem,
) -> None:
    charger = guarded.add("CP1")
    async with Client(guarded, password=b"\xff"):
        await until(charger, lambda: charger.online)


async def test_a_socket_without_the_new_password_has_to_go(
    guarded: CentralSystem, book: Passwords
) -> None:
    charger = guarded.add("CP1")
    async with Client(guarded) as client:
        await until(charger, lambda: charger.online)
        assert not book.require("CP1", SECRET)
        guarded.check_again("CP1")
        await client.closed
    assert (await refused(Client(guarded)))[0] == 401


async def test_a_socket_that_waited_to_come_in_needs_the_new_password_too(
    guarded: CentralSystem, book: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    charger = guarded.add("CP1")
    async with Client(guarded) as first:

        async def is_in_use(_: Link) -> bool:
            """It is set while it is found out whether the first is still there."""
            book.require("CP1", SECRET)
            guarded.check_again("CP1")
            return False

        monkeypatch.setattr(Link, "is_in_use", is_in_use)
        async with Client(guarded) as second:
            assert await second.closed
        assert await first.closed
        assert not charger.online


async def test_a_socket_that_gave_the_password_already_stays(
    guarded: CentralSystem, book: Passwords
) -> None:
    charger = guarded.add("CP1")
    async with Client(guarded, password=bytes.fromhex(SECRET)) as client:
        await until(charger, lambda: charger.online)
        book.require("CP1", SECRET)
        guarded.check_again("CP1")
        await client.call("Heartbeat")


def test_a_charger_that_was_just_told_its_password_is_believed(book: Passwords) -> None:
    book.require("CP1", "old password")
    book.expect("CP1", SECRET)
    assert book.check("CP1", b"old password")
    assert book.check("CP1", SECRET.encode())
    assert book.require("CP1", SECRET)
    assert not book.check("CP1", b"old password")
    assert not book.require("CP1", "yet another")


def test_who_needs_no_password_any_more_is_let_in(book: Passwords) -> None:
    book.require("CP1", SECRET)
    assert not book.check("CP1", None)
    book.require("CP1", None)
    assert book.check("CP1", None)
    book.require("CP1", SECRET)
    book.forget("CP1")
    assert book.check("CP1", b"anything")


async def test_who_waits_without_the_password_does_not_become_the_charger(
    guarded: CentralSystem, book: Passwords
) -> None:
    """A group that starts late finds somebody waiting under its charger's id."""
    async with Client(guarded) as intruder:
        await intruder.boot(chargePointVendor="Intruder")
        book.require("CP1", SECRET)
        charger = guarded.add("CP1")
        await intruder.closed
        assert not charger.online
        assert charger.identity.vendor == ""


async def test_who_waits_with_the_password_is_the_charger_at_once(
    guarded: CentralSystem, book: Passwords
) -> None:
    async with Client(guarded, password=SECRET.encode()) as client:
        await client.boot()
        book.require("CP1", SECRET)
        charger = guarded.add("CP1")
        assert charger.online
        assert charger.identity.vendor == "Vendor"


async def test_who_waits_and_is_vouched_for_needs_no_password(
    guarded: CentralSystem, book: Passwords
) -> None:
    async with Client(guarded) as client:
        await client.boot()
        book.require("CP1", SECRET)
        assert guarded.add("CP1", vouched=True).online


@pytest.mark.parametrize(
    ("name", "comes_in"),
    [("CP1", True), ("cp1", True), (" CP1 ", True), ("admin", False), ("", False), ("CP2", False)],
)
async def test_the_user_name_is_the_id(
    guarded: CentralSystem, book: Passwords, name: str, comes_in: bool
) -> None:
    book.require("CP1", SECRET)
    guarded.add("CP1")
    client = Client(guarded, password=SECRET.encode(), user_name=name)
    if comes_in:
        async with client:
            await client.boot()
        return
    status, text = await refused(client)
    assert (status, "user name" in text) == (401, True)
    assert guarded.logins._failed["CP1", "127.0.0.1"].detail == name


@pytest.mark.parametrize("expected", ["admin", passwords.ANY_NAME])
async def test_a_charger_may_send_another_name_if_somebody_says_so(
    guarded: CentralSystem, book: Passwords, expected: str
) -> None:
    book.require("CP1", SECRET)
    charger = guarded.add("CP1")
    charger.user_name = expected
    for name in ("admin", "CP1"):
        async with Client(guarded, password=SECRET.encode(), user_name=name) as client:
            await client.boot()


async def test_a_model_may_send_another_name(guarded: CentralSystem, book: Passwords) -> None:
    book.require("CP1", SECRET)
    guarded.add("CP1").user_name_of_model = "charger"
    async with Client(guarded, password=SECRET.encode(), user_name="charger") as client:
        await client.boot()


async def test_a_charger_of_an_older_version_keeps_the_name_it_came_in_with(
    guarded: CentralSystem, book: Passwords
) -> None:
    book.require("CP1", SECRET)
    charger = guarded.add("CP1", {"identity": {"address": "127.0.0.1"}})
    async with Client(guarded, password=SECRET.encode(), user_name="old habit") as client:
        await client.boot()
    stored = charger.state()
    await guarded.remove("CP1")
    guarded.add("CP1", stored)
    other = Client(guarded, password=SECRET.encode(), user_name="another")
    assert (await refused(other))[0] == 401
    async with Client(guarded, password=SECRET.encode(), user_name="old habit") as client:
        await client.boot()


async def test_a_password_that_stands_for_the_name_is_not_shown(
    guarded: CentralSystem, book: Passwords
) -> None:
    book.require("CP1", SECRET)
    guarded.add("CP1")
    await refused(Client(guarded, password=SECRET.encode(), user_name=SECRET))
    assert SECRET not in repr(guarded.logins._failed)


async def test_a_thousand_wrong_passwords_are_reported_once_and_keep_no_other_out(
    guarded: CentralSystem, book: Passwords, time_machine: TimeMachine
) -> None:
    book.require("CP1", SECRET)
    charger, other = guarded.add("CP1"), guarded.add("CP2")
    statuses = [
        (await refused(Client(guarded, password=b"guess", address="127.0.0.9")))[0]
        for _ in range(100)
    ]
    assert statuses.count(401) == server.WRONG_PASSWORDS_PER_MINUTE
    assert statuses.count(429) == 100 - server.WRONG_PASSWORDS_PER_MINUTE
    told = guarded.logins.worth_telling()
    assert {name: (failed.address, failed.count) for name, failed in told.items()} == {
        "CP1": ("127.0.0.9", 100)
    }
    async with Client(guarded, password=SECRET.encode()), Client(guarded, "CP2"):
        await until(charger, lambda: charger.online)
        await until(other, lambda: other.online)
    # It came from elsewhere: whoever guessed is still worth a word.
    assert guarded.logins.worth_telling()


async def test_a_charger_that_stumbled_over_its_new_password_is_forgiven(
    guarded: CentralSystem, book: Passwords
) -> None:
    book.require("CP1", SECRET)
    guarded.add("CP1")
    for _ in range(failed_logins.WORTH_TELLING):
        await refused(Client(guarded))
    assert guarded.logins.worth_telling()
    async with Client(guarded, password=SECRET.encode()):
        assert not guarded.logins.worth_telling()


def test_a_few_failures_are_not_worth_telling(time_machine: TimeMachine) -> None:
    logins = LoginBook()
    for _ in range(failed_logins.WORTH_TELLING - 1):
        logins.failed("CP1", "1.2.3.4")
    assert not logins.worth_telling()
    logins.failed("CP1", "1.2.3.4")
    assert logins.worth_telling()["CP1"].count == failed_logins.WORTH_TELLING


def test_failures_are_forgotten_after_a_day_and_with_their_charger(
    time_machine: TimeMachine,
) -> None:
    logins = LoginBook()
    for charger_id in ("CP1", "CP2"):
        for _ in range(failed_logins.WORTH_TELLING):
            logins.failed(charger_id, "1.2.3.4")
    logins.forget("CP1")
    assert logins.worth_telling().keys() == {"CP2"}
    time_machine.jump(failed_logins.FORGOTTEN_AFTER + 1)
    assert not logins.worth_telling()


def test_the_most_stubborn_address_is_told_and_many_use_up_no_memory(
    time_machine: TimeMachine,
) -> None:
    logins = LoginBook()
    for _ in range(30):
        logins.failed("CP1", "9.9.9.9")
    for last in range(200):
        for _ in range(failed_logins.WORTH_TELLING):
            logins.failed("CP1", f"1.2.3.{last}")
        logins.failed("CP1", "9.9.9.9")
    assert logins.worth_telling()["CP1"].address == "9.9.9.9"
    assert len(logins._failed) <= 51


async def test_a_listener_that_starts_anew_knows_its_chargers(guarded: CentralSystem) -> None:
    charger = guarded.add("CP1")
    async with Client(guarded) as client:
        await until(charger, lambda: charger.online)
        await guarded.restart(None)
        assert await client.closed == 1001
    async with Client(guarded) as client:
        await client.boot()
        assert charger.online
