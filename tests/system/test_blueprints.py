"""The blueprints do what they say, in a real Home Assistant with a real group."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
import shutil
import sqlite3
from typing import Any
from urllib.parse import quote

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)
import yaml

from custom_components.ev_load_manager.config.temporary_limits import TemporaryLimit
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.history.situations import Situation
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from script.check_data_files import Loader
from tests.csms.conftest import ago
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    until_state,
    until_step,
)
from tests.sessions.telling import begun, ended

pytestmark = pytest.mark.usefixtures("socket_enabled")

ROOT = Path(__file__).parent.parent.parent
BLUEPRINTS = ROOT / "blueprints" / "automation" / "ev_load_manager"
REPOSITORY = "https://github.com/ev-load-manager/ev_load_manager/blob/main/"


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger that may draw 20 A."""
    entry = group(charger("LEFT", "Left"))
    await set_up(hass, entry)
    return entry


@pytest.fixture(autouse=True)
def home(hass: HomeAssistant, tmp_path: Path) -> None:
    """Home Assistant finds the blueprints where people have them after the import."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / DOMAIN)
    hass.config.config_dir = str(tmp_path)


@pytest.fixture(autouse=True)
async def switched_off(hass: HomeAssistant) -> AsyncGenerator[None]:
    """No automation goes on after its test."""
    yield
    if hass.states.get("automation.try_it") is not None:
        await hass.services.async_call(
            "automation", "turn_off", {"entity_id": "automation.try_it"}, blocking=True
        )


async def automate(hass: HomeAssistant, blueprint: str, inputs: Mapping[str, Any]) -> None:
    """Make an automation of a blueprint."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Try it",
                "use_blueprint": {"path": f"{DOMAIN}/{blueprint}.yaml", "input": inputs},
            }
        },
    )
    await hass.async_block_till_done()
    state = hass.states.get("automation.try_it")
    assert state is not None
    assert state.state == "on"


async def say(hass: HomeAssistant, entity_id: str, value: str) -> None:
    """Something of the house says something."""
    hass.states.async_set(entity_id, value)
    await hass.async_block_till_done()


async def test_the_month_before_is_told_by_driver(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    messages = async_mock_service(hass, "notify", "somebody")
    book = async_shared_book(hass).book
    assert book is not None

    def people(connection: sqlite3.Connection) -> None:
        for name in ("Anna", "Bert"):
            person = keeping.change_person(connection, None, name=name)
            keeping.give_card(connection, person, name, now=0)
        keeping.add_tariff(connection, from_ts=0, currency="EUR", price=0.25)

    await book.change(people)
    before = dt_util.now().replace(day=1) - timedelta(days=15)
    for number, name in enumerate(("Anna", "Bert", "Bert")):
        at = before.timestamp() + 1800 * number
        start = begun(at, 10_000 * number, charger="LEFT", tag=name, tx_id=str(number))
        await book.tell(start)
        await book.tell(ended(at + 1500, 10_000 * number + 4_000, start))
    month = f"{before:%Y-%m}"
    await automate(
        hass,
        "send_the_month",
        {
            "month": "last",
            "then_do": [
                {
                    "action": "notify.somebody",
                    "data": {
                        "message": "{{ month }} {{ summary }}",
                        "data": {"csv": "{{ csv }}", "page": "{{ statement }}"},
                    },
                }
            ],
        },
    )
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": "automation.try_it"}, blocking=True
    )
    await hass.async_block_till_done()

    (message,) = messages
    told = " ".join(message.data["message"].split())
    assert told == f"{month} Anna: 4.0 kWh, 1.00 EUR Bert: 8.0 kWh, 2.00 EUR = 12.0 kWh, 3.00 EUR"
    assert message.data["data"]["csv"].count("Bert") == 4
    assert "12.000" in message.data["data"]["page"]


async def test_an_owner_is_told_of_what_was_chosen_with_what_has_flowed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    messages = async_mock_service(hass, "notify", "somebody")
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "status")
    await automate(
        hass,
        "tell_me_about_my_car",
        {
            "places": {"entity_id": status},
            "moments": ["begun", "ended"],
            "then_do": [
                {"action": "notify.somebody", "data": {"message": "{{ what }}, {{ energy }} kWh"}}
            ],
        },
    )

    async with client(entry, "LEFT") as left:
        await left.boot()
        transaction = await start_session(left)
        await until_step(entry, lambda: len(messages) == 1)
        await left.call(
            "StopTransaction", transactionId=transaction, meterStop=2500, timestamp=ago(0)
        )
        await left.status("Available", 1)
        await until_step(entry, lambda: len(messages) == 2)

    assert messages[0].data["message"].startswith("Left: a session has begun, ")
    assert messages[1].data["message"] == "Left: the session has ended, 2.5 kWh"


async def test_a_heater_runs_while_no_car_needs_the_current(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"heater": {}}})
    heater = "input_boolean.heater"
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "status")
    await automate(
        hass,
        "use_what_cars_leave",
        {"places": {"entity_id": status}, "load": heater, "current": 16},
    )

    def nothing_is_set_aside() -> bool:
        decision = entry.runtime_data.decision
        return decision is not None and min(decision.circuits["group"].headroom) >= 16

    async with client(entry, "LEFT") as left:
        await left.boot()
        await left.status("Available")
        await until_step(entry, nothing_is_set_aside)
        in_time = dt_util.utcnow() + timedelta(minutes=5)
        async_fire_time_changed(hass, in_time.replace(minute=in_time.minute // 5 * 5, second=0))
        await until_state(hass, heater, "on")
        transaction = await start_session(left)
        await until_state(hass, heater, "off")
        await left.call(
            "StopTransaction", transactionId=transaction, meterStop=2500, timestamp=ago(0)
        )
        await left.status("Available", 1)


@pytest.mark.parametrize("path", BLUEPRINTS.glob("*.yaml"), ids=lambda path: path.stem)
def test_a_blueprint_names_the_place_that_it_is_imported_from(path: Path) -> None:
    blueprint = yaml.load(path.read_text(), Loader)["blueprint"]

    assert blueprint["source_url"] == REPOSITORY + str(path.relative_to(ROOT))


async def test_the_limit_falls_while_electricity_is_dear(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    rating = entity_of(hass, "number", entry.entry_id, "maximum_current")
    await say(hass, "sensor.price", "10")
    await automate(
        hass,
        "limit_follows_price",
        {
            "price": "sensor.price",
            "dear": 25,
            "rating": rating,
            "while_cheap": 18,
            "while_dear": 7.5,
        },
    )

    for price, limit in (("30.5", "7.5"), ("unavailable", "7.5"), ("25", "18.0"), ("?", "18.0")):
        await say(hass, "sensor.price", price)
        await until_state(hass, rating, limit)


async def test_a_signal_of_the_grid_operator_sets_a_limit_and_takes_it_back(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    limit = entity_of(hass, "sensor", entry.entry_id, "temporary_limit")
    await automate(
        hass,
        "grid_operator_signal",
        {"signal": "binary_sensor.ripple", "group": entry.entry_id, "limit": 6.5},
    )

    await say(hass, "binary_sensor.ripple", "on")
    state = await until_state(hass, limit, "6.5")
    assert state.attributes["name"] == "grid operator"
    await say(hass, "binary_sensor.ripple", "unavailable")
    # As when Home Assistant starts before the signal is known.
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": "automation.try_it"}, blocking=True
    )
    assert entry.runtime_data.live.temporary_limits.on("group") is not None

    await say(hass, "binary_sensor.ripple", "off")
    await until_state(hass, limit, "unknown")


async def test_a_signal_of_the_grid_operator_limits_kilowatts_and_is_logged(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await automate(
        hass,
        "grid_operator_signal",
        {"signal": "binary_sensor.ripple", "group": entry.entry_id, "limit": 4.2, "unit": "kW"},
    )
    signals = entry.runtime_data.power.signals
    await say(hass, "binary_sensor.ripple", "on")
    assert [(one.name, one.limit) for one in signals.all] == [("grid operator", 4.2)]
    limit = entity_of(hass, "sensor", entry.entry_id, "temporary_power_limit")
    state = await until_state(hass, limit, "4.2")
    assert state.attributes["name"] == "grid operator"
    assert state.attributes["until"] is not None
    assert entry.runtime_data.live.temporary_limits.on("group") is None

    await say(hass, "binary_sensor.ripple", "off")
    await until_state(hass, limit, "unknown")
    assert signals.log[-1].end is not None


@pytest.mark.usefixtures("time_jumps")
async def test_what_is_wrong_is_told_by_name(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    messages = async_mock_service(hass, "notify", "somebody")
    connected = entity_of(hass, "binary_sensor", subentry_id(entry, "LEFT"), "connected")
    await automate(
        hass,
        "tell_when_something_is_wrong",
        {
            "places": {"entity_id": connected},
            "minutes": 3,
            "then_do": [{"action": "notify.somebody", "data": {"message": "Look: {{ what }}"}}],
        },
    )

    async with client(entry, "LEFT") as left:
        await left.boot()
        await until_state(hass, connected, "on")
        assert not messages
    situations = entry.runtime_data.records.situations
    await until_step(entry, lambda: situations.since(Situation.LOST, "charger:LEFT") is not None)
    assert not messages
    await until_step(entry, lambda: bool(messages))

    assert [message.data["message"] for message in messages] == [
        "Look: Left: not connected any more"
    ]


@pytest.mark.parametrize("path", BLUEPRINTS.glob("*.yaml"), ids=lambda path: path.stem)
async def test_home_assistant_takes_every_blueprint(hass: HomeAssistant, path: Path) -> None:
    blueprint = await async_get_blueprints(hass).async_get_blueprint(f"{DOMAIN}/{path.name}")

    assert blueprint.validate() is None
    assert blueprint.name.startswith("EV Load Manager: ")


def test_the_documents_have_an_import_link_for_every_blueprint() -> None:
    text = (ROOT / "docs" / "blueprints.md").read_text()

    for path in BLUEPRINTS.glob("*.yaml"):
        address = quote(REPOSITORY + str(path.relative_to(ROOT)), safe="")
        assert (
            f"https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={address}"
            in text
        )


def temporary_limit(entry: MockConfigEntry) -> TemporaryLimit | None:
    """The temporary limit of the group."""
    found: TemporaryLimit | None = entry.runtime_data.live.temporary_limits.on("group")
    return found


async def trigger(hass: HomeAssistant) -> None:
    """Let the automation look now, if its conditions are met."""
    await hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.try_it", "skip_condition": False},
        blocking=True,
    )


async def test_a_temporary_limit_holds_while_electricity_is_dear(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await say(hass, "sensor.price", "10")
    await automate(
        hass,
        "temporary_limit_while_dear",
        {"price": "sensor.price", "dear": 25, "group": entry.entry_id, "limit": 7.5},
    )

    await say(hass, "sensor.price", "30.5")
    limit = temporary_limit(entry)
    assert (limit.limit, limit.name) == (7.5, "price")
    await trigger(hass)
    assert temporary_limit(entry).until > limit.until
    renewed = temporary_limit(entry)
    await say(hass, "sensor.price", "unavailable")
    await trigger(hass)
    assert temporary_limit(entry) == renewed

    await say(hass, "sensor.price", "25")
    assert temporary_limit(entry) is None


async def test_kilowatts_hold_while_electricity_is_dear(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await say(hass, "sensor.price", "10")
    await automate(
        hass,
        "temporary_limit_while_dear",
        {
            "price": "sensor.price",
            "dear": 25,
            "group": entry.entry_id,
            "limit": 7.5,
            "unit": "kW",
        },
    )
    signals = entry.runtime_data.power.signals
    await say(hass, "sensor.price", "30.5")
    (signal,) = signals.all
    assert (signal.limit, signal.name) == (7.5, "price")
    await trigger(hass)
    (renewed,) = signals.all
    assert renewed.until is not None
    assert signal.until is not None
    assert renewed.until > signal.until
    assert len(signals.log) == 1
    await say(hass, "sensor.price", "25")
    assert not signals.all


@pytest.mark.parametrize(
    ("moment", "start", "end", "until"),
    [
        # A Friday.
        ("2026-11-20 18:00:00", "17:00:00", "20:00:00", "2026-11-20 20:00:00"),
        ("2026-11-20 16:59:59", "17:00:00", "20:00:00", None),
        ("2026-11-20 20:00:00", "17:00:00", "20:00:00", None),
        # The hours that begin on a Friday end on a Saturday, and those of a Saturday don't count.
        ("2026-11-20 23:00:00", "22:00:00", "06:00:00", "2026-11-21 06:00:00"),
        ("2026-11-21 05:00:00", "22:00:00", "06:00:00", "2026-11-21 06:00:00"),
        ("2026-11-21 23:00:00", "22:00:00", "06:00:00", None),
        ("2026-11-22 05:00:00", "22:00:00", "06:00:00", None),
        # All day long.
        ("2026-11-20 12:00:00", "08:00:00", "08:00:00", "2026-11-21 08:00:00"),
    ],
)
async def test_peak_hours_have_their_limit(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    moment: str,
    start: str,
    end: str,
    until: str | None,
) -> None:
    await hass.config.async_set_time_zone("Europe/Tallinn")

    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=dt_util.get_default_time_zone())

    freezer.move_to(local(moment))
    await automate(
        hass,
        "temporary_limit_in_peak_hours",
        {"start": start, "end": end, "group": entry.entry_id, "limit": 0},
    )

    await trigger(hass)

    limit = temporary_limit(entry)
    assert (None if limit is None else limit.until) == (None if until is None else local(until))
    assert limit is None or limit.limit == 0.0


async def test_kilowatts_hold_in_peak_hours(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    ends = datetime(2026, 11, 20, 20, tzinfo=dt_util.get_default_time_zone())
    freezer.move_to(ends - timedelta(hours=2))
    await automate(
        hass,
        "temporary_limit_in_peak_hours",
        {
            "start": "17:00:00",
            "end": "20:00:00",
            "group": entry.entry_id,
            "limit": 6.5,
            "unit": "kW",
        },
    )
    await trigger(hass)
    (signal,) = entry.runtime_data.power.signals.all
    assert (signal.limit, signal.until) == (6.5, ends)


@pytest.mark.parametrize(
    ("power", "unit", "currents", "changes", "limit"),
    [
        # 6900 W flow away: 10 A on three phases.
        ("-7000", "W", ("0", "0", "0"), {}, 10.0),
        ("7", "kW", ("0", "0", "0"), {"inverted": True}, 10.0),
        # The cars take it all: they keep what they have.
        ("-100", "W", ("10", "10", "10"), {}, 10.0),
        ("2660", "W", ("10", "10", "10"), {}, 6.0),
        # A cloud.
        ("2800", "W", ("10", "10", "10"), {}, 0.0),
        ("2800", "W", ("10", "10", "10"), {"without_sun": 6}, 6.0),
        ("-50000", "W", ("0", "0", "0"), {}, 16.0),
        ("-1700", "W", ("0", "0", "0"), {"phases": 1}, 6.9),
        ("unavailable", "W", ("0", "0", "0"), {}, None),
        ("-7000", "W", ("0", "unknown", "0"), {}, None),
    ],
)
async def test_cars_charge_from_solar_surplus(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    power: str,
    unit: str,
    currents: tuple[str, str, str],
    changes: dict[str, Any],
    limit: float | None,
) -> None:
    hass.states.async_set("sensor.grid", power, {"unit_of_measurement": unit})
    phases = [f"sensor.cars_l{number}" for number in (1, 2, 3)]
    for entity_id, amperes in zip(phases, currents, strict=True):
        hass.states.async_set(entity_id, amperes)
    await automate(
        hass,
        "limit_follows_solar_surplus",
        {"grid_power": "sensor.grid", "currents": phases, "group": entry.entry_id, **changes},
    )

    await trigger(hass)

    found = temporary_limit(entry)
    assert (None if found is None else found.limit) == limit
