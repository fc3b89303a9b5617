"""Whatever stands in a stored state, a charger is led by what can be read of it, and never too high."""

from collections.abc import Iterator, Mapping
import copy
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.charge_point.connector import ConnectorState
from custom_components.ev_load_manager.csms.charge_point.known_charger import Identity
from custom_components.ev_load_manager.csms.limits.slots import Layer
from custom_components.ev_load_manager.csms.limits.write_count import WriteCount
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.onboarding.capabilities import Capabilities
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.data_files.stored import plain

CATALOGUE = load_catalogue()
RUBBISH: tuple[Any, ...] = ("rubbish", {}, [], [1], {"a": 1}, True, -5, 1e300, 10**30, None)
SESSION = {
    "id": 7,
    "connector": 1,
    "id_tag": "tag",
    "meter_start": 1000.0,
    "started": "2026-01-01T00:00:00+00:00",
    "energy": 1200.0,
    "is_relative": False,
    "stopped": None,
    "reason": "",
}
LIMIT = {
    "slots": [
        {
            "slot": [Layer.DEFAULT.value, f"profile/{number}", 1, level, level == 7],
            "amperes": amperes,
            "in_watts": False,
            "gone_in": gone_in,
            "then": None,
            "transaction_id": None,
            "taken": True,
            "doubted": False,
        }
        for number, level, amperes, gone_in in ((401, 7, 0.0, None), (101, 8, 10.0, 3000.0))
    ],
    "superseded": [],
}
STATE = {
    "capabilities": {
        **plain(
            Capabilities(
                connectors=1,
                stack_level_maximum=8,
                rate_units=("A",),
                max_periods=24,
                max_profiles=10,
                sample_interval=10,
                phases_seen=True,
                limits_taken=True,
                originals={"MeterValueSampleInterval": "60"},
            )
        ),
        "learned": True,
    },
    "connectors": {
        "1": {
            **ConnectorState(number=1, status=Status.CHARGING).state(),
            "transaction": SESSION,
            "energy": 1200.0,
            "remembered": {
                "limit": {
                    "offer": {**LIMIT, "refused": False, "forgets": False},
                    "writes": plain(WriteCount()),
                    "standing": ["profile/7", 0.0],
                    "verified": True,
                }
            },
        }
    },
    "identity": plain(Identity(vendor="Vendor", model="Model", address="10.0.0.1")),
    "sessions": {"starts": [], "ended": [{**SESSION, "id": 6}], "gone": [5]},
    "reservations": [{"id": 1, "connector": 1, "id_tag": "t", "until": "2099-01-01T00:00:00Z"}],
    "reports": {"firmware": {"status": "InstallationFailed", "at": "2026-01-01T00:00:00Z"}},
    "configuration": {"HeartbeatInterval": "60"},
    "habits": ["no_pong"],
    "clock_offset": 0.5,
}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    inner = (
        node.items()
        if isinstance(node, Mapping)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in inner:
        yield from places(value, (*path, key))


def damaged(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The state with something else at one place."""
    state: Any = copy.deepcopy(STATE)
    holder = state
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert isinstance(state, dict)
    return state


def was(path: tuple[Any, ...]) -> Any:
    """What stands there in the state that is whole."""
    found: Any = STATE
    for step in path:
        found = found[step]
    return found


def is_readable(path: tuple[Any, ...], value: Any) -> bool:
    """Whether it may have been written like that."""
    before = was(path)
    if None in (before, value):
        return True
    if (path[-1] == "id" or "gone" in path[:-1]) and isinstance(value, int | str):
        return not isinstance(value, bool)
    numbers = [
        isinstance(one, int | float) and not isinstance(one, bool) for one in (before, value)
    ]
    return all(numbers) if any(numbers) else type(before) is type(value)


async def led(central: CentralSystem, state: dict[str, Any]) -> tuple[ChargePoint, float]:
    """A charger is led from a stored state: the highest limit that may be in force."""
    charger = central.add("CP9", state)
    control = ChargerControl(charger, CATALOGUE)
    try:
        assert control.limits.by_key is False
        keeper = control.limits.keeper(1)
        highest = keeper.highest_possible
        keeper.want(6.0)
        assert all(limit >= 0.0 for limit in keeper.offer.possible)
        return charger, highest
    finally:
        await control.close()
        await central.remove("CP9")


async def test_the_whole_state_is_believed(central: CentralSystem) -> None:
    charger, highest = await led(central, copy.deepcopy(STATE))
    assert highest == 10.0
    assert charger.stored.damage.parts == {}


@pytest.mark.parametrize("value", RUBBISH, ids=repr)
async def test_rubbish_at_any_place_costs_at_most_what_stood_there(
    central: CentralSystem, value: Any
) -> None:
    for path in places(STATE):
        charger, highest = await led(central, damaged(path, value))
        if not is_readable(path, value):
            assert highest >= 10.0, path
            assert charger.stored.damage.parts, path
        if (
            path[:1] == ("capabilities",)
            and path != ("capabilities", "originals")
            and len(path) > 1
        ):
            originals = charger.capabilities["originals"]
            assert path[1] == "originals" or originals == {"MeterValueSampleInterval": "60"}, path


@pytest.mark.parametrize("identity", ["rubbish", 5, {"address": 5}, {"address": None, "vendor": 3}])
async def test_who_can_not_be_recognised_any_more_was_here_all_the_same(
    central: CentralSystem, identity: object
) -> None:
    charger = central.add("CP9", {**copy.deepcopy(STATE), "identity": identity})
    assert charger.identity.address
    assert all(isinstance(told, str) for told in asdict(charger.identity).values())


async def test_what_can_be_read_of_an_identity_is_read(central: CentralSystem) -> None:
    identity = {"vendor": "Vendor", "model": [], "address": "10.0.0.1", "of another version": 1}
    charger = central.add("CP9", {**copy.deepcopy(STATE), "identity": identity})
    assert (charger.identity.vendor, charger.identity.address) == ("Vendor", "10.0.0.1")
    assert charger.identity.model == "?"


@pytest.mark.parametrize("offset", [1e12, -1e12, 1e300])
async def test_a_clock_of_another_age_is_not_believed(
    central: CentralSystem, offset: float
) -> None:
    charger, _ = await led(central, {**copy.deepcopy(STATE), "clock_offset": offset})
    assert abs(charger.clock.now() - clock.now()) < timedelta(seconds=60)
    assert "clock_offset" in charger.stored.damage.parts


@pytest.mark.parametrize("place", ["profile", "profile/1/x", "profile/1/-5", "profile/1/7/9"])
async def test_a_fallback_of_version_0_1_at_no_place_is_told_and_not_believed(
    central: CentralSystem, place: str
) -> None:
    state = copy.deepcopy(STATE)
    outlets: Any = state["connectors"]
    outlets["1"]["remembered"]["limit"] = {
        "offer": {"accepted": 10.0, "gone_in": 100.0},
        "standing": [place, 6.0],
    }
    charger, highest = await led(central, state)
    assert highest >= 10.0
    assert "connectors.1.limit.standing" in charger.stored.damage.parts


@pytest.mark.parametrize("year", ["0001", "9999"])
async def test_a_time_beside_which_there_is_no_other_is_not_believed(
    central: CentralSystem, year: str
) -> None:
    state = copy.deepcopy(STATE)
    outlets: Any = state["connectors"]
    outlets["1"]["status_since"] = f"{year}-01-01T00:00:00+00:00"
    charger, _ = await led(central, state)
    assert "connectors.1.status_since" in charger.stored.damage.parts
    charger.state()
