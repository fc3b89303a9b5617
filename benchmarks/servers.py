"""The central systems that are measured, each in a process of its own.

    python -m benchmarks.servers bare|ocpp|csms|home|disabled [--chargers N] [--backend URL]

The first line on standard output is JSON with the URL for chargers; then orders
come as lines of JSON on standard input, as in `fleet`.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
import ctypes
from datetime import UTC, datetime
from functools import partial
import gc
from itertools import count
import json
from pathlib import Path
import socket
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

HOST = "127.0.0.1"
METER_PERIOD = 2.0
_RELOADS_WITHIN = 0.5

type Orders = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def _no_orders(order: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(f"what is {order}?")


# A bare server: parses, answers, and does nothing else.


_SESSIONS = count(1)


async def _answer_bare(connection: ServerConnection) -> None:
    answers: dict[str, dict[str, Any]] = {
        "Authorize": {"idTagInfo": {"status": "Accepted"}},
        "BootNotification": _boot_answer(),
        "Heartbeat": {"currentTime": _now()},
    }
    async for frame in connection:
        _, message_id, action, _ = json.loads(frame)
        answer = answers.get(action, {})
        if action == "StartTransaction":
            # Each its own: it is a backend, too, of which many chargers are.
            answer = {"transactionId": next(_SESSIONS), "idTagInfo": {"status": "Accepted"}}
        await connection.send(json.dumps([3, message_id, answer]))


def _boot_answer() -> dict[str, Any]:
    return {"currentTime": _now(), "interval": 300, "status": "Accepted"}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@asynccontextmanager
async def bare(_: int, **__: Any) -> AsyncIterator[tuple[str, Orders]]:
    """Run `websockets` alone."""
    async with serve(_answer_bare, HOST, 0, subprotocols=["ocpp1.6"]) as server:  # type: ignore[list-item]
        yield f"ws://{HOST}:{server.sockets[0].getsockname()[1]}", _no_orders


# The ChargePoint of the ocpp library with its default settings.


class PlainChargePoint(ChargePoint):  # type: ignore[misc]
    """What the documentation of the library shows."""

    @on(Action.boot_notification)  # type: ignore[untyped-decorator]
    def _boot(self, **_: Any) -> Any:
        return call_result.BootNotification(current_time=_now(), interval=300, status="Accepted")

    @on(Action.status_notification)  # type: ignore[untyped-decorator]
    def _status(self, **_: Any) -> Any:
        return call_result.StatusNotification()

    @on(Action.start_transaction)  # type: ignore[untyped-decorator]
    def _start(self, **_: Any) -> Any:
        return call_result.StartTransaction(transaction_id=1, id_tag_info={"status": "Accepted"})

    @on(Action.meter_values)  # type: ignore[untyped-decorator]
    def _values(self, **_: Any) -> Any:
        return call_result.MeterValues()


async def _serve_plain(connection: ServerConnection) -> None:
    assert connection.request is not None
    try:
        await PlainChargePoint(connection.request.path.rpartition("/")[2], connection).start()
    except ConnectionClosed:
        return


@asynccontextmanager
async def ocpp(_: int, **__: Any) -> AsyncIterator[tuple[str, Orders]]:
    """Run the `ocpp` library behind `websockets`."""
    async with serve(_serve_plain, HOST, 0, subprotocols=["ocpp1.6"]) as server:  # type: ignore[list-item]
        yield f"ws://{HOST}:{server.sockets[0].getsockname()[1]}", _no_orders


# Our central system without Home Assistant.


@asynccontextmanager
async def csms(_: int, **__: Any) -> AsyncIterator[tuple[str, Orders]]:
    """Run our central system, with everything that makes chargers follow limits."""
    from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
    from custom_components.ev_load_manager.csms.models import load_catalogue
    from custom_components.ev_load_manager.csms.server import CentralSystem
    from custom_components.ev_load_manager.csms.transactions import TransactionIds

    central = CentralSystem(HOST, 0, transaction_ids=TransactionIds(1))
    catalogue = load_catalogue()
    await central.start()
    controls: list[ChargerControl] = []

    async def obey(order: dict[str, Any]) -> dict[str, Any]:
        assert order["do"] == "add"
        for number in range(order["chargers"]):
            control = ChargerControl(central.add(f"CP{number}"), catalogue)
            controls.append(control)
            control.limits.keeper(1).want(16.0)
        return {}

    try:
        yield f"ws://{HOST}:{central.port}", obey
    finally:
        for control in controls:
            await control.close()
        await central.stop()


# All of it, in Home Assistant.


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _entry(chargers: int, backend: str | None) -> ConfigEntry[Any]:
    """Make a group with a meter, as the flows would; each charger with a `backend`, if there is one."""
    from custom_components.ev_load_manager.config_flow import EvLoadManagerConfigFlow
    from custom_components.ev_load_manager.const import DOMAIN
    from homeassistant.config_entries import ConfigEntry, ConfigSubentryDataWithId

    wirings = ("l1_l2_l3", "l2_l3_l1", "l3_l1_l2")
    amperes = 32.0 * max(chargers, 1)
    return ConfigEntry(
        version=EvLoadManagerConfigFlow.VERSION,
        minor_version=EvLoadManagerConfigFlow.MINOR_VERSION,
        domain=DOMAIN,
        title="Garage",
        source="user",
        unique_id=None,
        discovery_keys={},  # type: ignore[arg-type]
        options={},
        data={
            "phases": 3,
            "voltage": 230,
            "rated_current": amperes,
            "maximum_current": amperes,
            "policy": "take_turns",
            "listen_host": HOST,
            "listen_port": 0,
            "meter": {"type": "sensors"}
            | {f"current_l{n}": {"entity_id": f"sensor.grid_l{n}"} for n in (1, 2, 3)},
            "grid_rated_current": amperes,
            "grid_maximum_current": amperes,
            "safe_limit": amperes / 2,
            "meter_timeout": 30,
            "meter_interval": METER_PERIOD,
        },
        subentries_data=[
            ConfigSubentryDataWithId(
                subentry_id=f"charger{number}",
                subentry_type="charger",
                title=f"Charger {number}",
                unique_id=f"CP{number}",
                data={
                    "charger_id": f"CP{number}",
                    "wiring": wirings[number % 3],
                    "unit": "A",
                    "minimum": 6,
                    "maximum": 16,
                    "priority": "normal",
                    "connectors": 1,
                },
            )
            for number in range(chargers)
        ]
        + [
            ConfigSubentryDataWithId(
                subentry_id=f"backend{number}",
                subentry_type="backend",
                title="Operator",
                unique_id=None,
                data={
                    "charger": f"charger{number}",
                    "url": backend,
                    "identity": f"CP{number}",
                    "role": "decides",
                    "offline": "everybody",
                },
            )
            for number in range(0 if backend is None else chargers)
        ],
    )


async def _choose_entities(hass: HomeAssistant, entry: ConfigEntry[Any], *, enabled: bool) -> int:
    """Enable or disable every entity of the group; returns how many there are."""
    from homeassistant import config_entries
    from homeassistant.helpers import entity_registry as er

    # Home Assistant reloads a group so long after its entities were enabled: all chargers would
    # lose their sockets in the middle of a measurement.
    config_entries.RELOAD_AFTER_UPDATE_DELAY = 0
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)
    wanted = None if enabled else er.RegistryEntryDisabler.USER
    others = [one.entity_id for one in entities if (one.disabled_by is None) is not enabled]
    for entity_id in others:
        registry.async_update_entity(entity_id, disabled_by=wanted)
    if others:
        await asyncio.sleep(_RELOADS_WITHIN)
    await hass.async_block_till_done()
    return len(entities)


async def _feed_meter(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Be the sensors of a grid meter: what the cars draw, and a building that moves a bit."""
    number = 0
    while True:
        number += 1
        manager = getattr(entry, "runtime_data", None)
        decision = None if manager is None else manager.decision
        cars = (0.0, 0.0, 0.0) if decision is None else decision.circuits["group"].measured
        for phase, current in enumerate(cars, start=1):
            hass.states.async_set(
                f"sensor.grid_l{phase}",
                f"{current + 20.0 + (number * phase) % 11 / 10:.2f}",
                {"unit_of_measurement": "A"},
            )
        await asyncio.sleep(METER_PERIOD)


@asynccontextmanager
async def home(
    chargers: int, *, enabled: bool = True, backend: str | None = None
) -> AsyncIterator[tuple[str, Orders]]:
    """Run a real Home Assistant with its recorder, and a group of so many chargers.

    `enabled`: with all entities, those that are disabled by default, too; else with none.
    """
    from homeassistant.components.recorder import get_instance
    from simulation.home_assistant import home_assistant

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        hass = await stack.enter_async_context(
            home_assistant(folder, port=_free_port(), parts="api:\nconfig:\nrecorder:\n")
        )
        entry = _entry(chargers, backend)
        feeding = asyncio.create_task(_feed_meter(hass, entry))
        stack.callback(feeding.cancel)
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
        entities = await _choose_entities(hass, entry, enabled=enabled)
        manager = entry.runtime_data

        def limits() -> list[Any]:
            return [
                state.keeper
                for charger in manager.chargers.values()
                for state in manager.access.point(charger.charger_id).connectors.values()
            ]

        async def obey(order: dict[str, Any]) -> dict[str, Any]:
            match order["do"]:
                case "write":
                    await get_instance(hass).async_block_till_done()
                    return {}
                case "count":
                    return {"entities": entities, "states": len(hass.states.async_all())}
                case "backends":
                    standing = [
                        one
                        for charger in manager.backends.chargers
                        for one in manager.backends.of(charger)
                    ]
                    connected = sum(one.state.value == "connected" for one in standing)
                    return {"connected": connected, "queue": sum(one.queue for one in standing)}
                case "settled":
                    return {"seconds": await _settled(limits)}
                case "lowest":
                    return {"amperes": min(keeper.wanted or 0.0 for keeper in limits())}
                case "limit":
                    changed = perf_counter()
                    decided = asyncio.Event()
                    decided_at = 0.0

                    def decide() -> None:
                        nonlocal decided_at
                        decided_at = decided_at or perf_counter()
                        decided.set()

                    stop = manager.add_listener(decide)
                    await manager.live.change(maximum_current=order["amperes"])
                    stop()
                    await _settled(limits, since=changed)
                    return {
                        "seconds": perf_counter() - changed,
                        "decided": decided_at - changed if decided_at else None,
                        "limit": max(keeper.wanted or 0.0 for keeper in limits()),
                    }
                case _:
                    raise ValueError(f"what is {order}?")

        yield f"ws://{HOST}:{manager.port}", obey


async def _settled(limits: Callable[[], list[Any]], *, since: float | None = None) -> float:
    """Wait until every wanted limit was accepted and nothing is in flight; the time it took."""
    begin = perf_counter() if since is None else since
    while perf_counter() - begin < 120.0:
        if all(
            keeper.wanted is not None
            and keeper.offer.accepted is not None
            and abs(keeper.offer.accepted - keeper.wanted) < 0.05
            and not keeper.offer.in_flight
            for keeper in limits()
        ):
            return perf_counter() - begin
        await asyncio.sleep(0.002)
    raise TimeoutError("the limits do not settle")


SERVERS: dict[str, Callable[..., AbstractAsyncContextManager[tuple[str, Orders]]]] = {
    "bare": bare,
    "ocpp": ocpp,
    "csms": csms,
    "home": home,
    "disabled": partial(home, enabled=False),
}


def _give_back() -> None:
    """Have the C library give memory back that nothing is in: what was freed is no charger's."""
    if hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


async def _main(kind: str, chargers: int, backend: str | None) -> None:
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    async with SERVERS[kind](chargers, **({} if backend is None else {"backend": backend})) as (
        url,
        obey,
    ):
        print(json.dumps({"url": url}), flush=True)
        while line := await orders.readline():
            order = json.loads(line)
            if order["do"] == "stop":
                break
            if order["do"] == "collect":
                gc.collect()
                _give_back()
                print("{}", flush=True)
                continue
            print(json.dumps(await obey(order)), flush=True)
    print("{}", flush=True)


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=SERVERS)
    parser.add_argument("--chargers", type=int, default=0)
    parser.add_argument("--backend", help="address of what each charger has as its billing backend")
    options = parser.parse_args()
    _let_chargers_hurry()
    asyncio.run(_main(options.kind, options.chargers, options.backend))


def _let_chargers_hurry() -> None:
    """Read chargers as fast as they send: it is measured how fast we can, not how fast we do."""
    from custom_components.ev_load_manager.csms.transport import budget

    boundless = budget.Rate(1e12, 1e12)
    budget.CHARGER = budget.Allowance(boundless, boundless)  # type: ignore[misc]


if __name__ == "__main__":
    main()
