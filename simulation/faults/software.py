"""Home Assistant itself: reloads, ports, clocks, and mistakes of our own."""

from datetime import timedelta
import socket
from typing import Final
from unittest.mock import patch

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.group import load_manager
from homeassistant.config_entries import ConfigEntryState

from .fault import AT_ONCE, LIMIT_FELL, STARTS_BY_ITSELF, Fault, Story
from .same_process import inside
from .scene import AFTER_A_PAUSE, LEFT, LIMIT, RIGHT, TWIN, TWIN_2, Scene

_RESTLESS: Final = 120
"""Seconds for which an automation changes its mind."""


async def _is_reloaded(scene: Scene) -> None:
    """Five times, as cars come and go."""
    here = inside(scene)
    entries = here.home.hass.config_entries
    scene.breaks()
    for turn in range(5):
        if turn == 1:
            scene.arrive(TWIN_2)
        if turn == 3:
            scene.leave(TWIN_2)
        await entries.async_reload(here.entry.entry_id)
        scene.check(here.entry.state is ConfigEntryState.LOADED, "it is not loaded again")
        await scene.passes(20)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})


async def _port_is_taken(scene: Scene) -> None:
    """By somebody else, for a while; then it starts by itself."""
    here = inside(scene)
    entries = here.home.hass.config_entries
    scene.breaks()
    await entries.async_unload(here.entry.entry_id)
    # The port is given back when it is sure that the group is not being removed.
    await here.home.hass.async_block_till_done()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", here.home.ocpp_port))
        thief.listen()
        await entries.async_setup(here.entry.entry_id)
        scene.check(
            here.entry.state is ConfigEntryState.SETUP_RETRY, f"it is {here.entry.state.value}"
        )
        scene.leave(LEFT)
        await scene.passes(30)
    scene.arrive(LEFT)
    await scene.comes(
        "it starts by itself",
        lambda: here.entry.state is ConfigEntryState.LOADED,
        within=40.0 * clock.factor(),
    )
    # Chargers that were refused for long knock seldom; who isn't there can't be told.
    await scene.all_are_back()
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0}, within=AFTER_A_PAUSE)


def _wall_clock_jumps(hours: float) -> Story:
    """And then everything happens that depends on time."""

    async def story(scene: Scene) -> None:
        scene.breaks()
        clock.set_now(clock.now() + timedelta(hours=hours))
        try:
            scene.arrive(TWIN_2)
            await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
            scene.leave(TWIN_2)
            await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
            await scene.set_limit(21.0)
            await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
            scene.faulty.cut()
            await scene.passes(30)
            await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
        finally:
            clock.set_now(clock.now() - timedelta(hours=hours))

    return story


async def _balancing_fails(scene: Scene) -> None:
    """Every step raises: limits only go down, and it goes on when it can."""
    scene.breaks()

    def fails(*_: object) -> None:
        raise RuntimeError("a fault that was put here on purpose")

    with patch.object(load_manager, "step", fails):
        scene.arrive(TWIN_2)
        await scene.passes(120)
        scene.check(
            all(amperes <= 8.0 for amperes in scene.offered().values()), "somebody got more"
        )
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


async def _limit_is_written_each_second(scene: Scene) -> None:
    """An automation that can't make up its mind: chargers aren't written to at that rate."""
    chargers = scene.site.chargers.values()
    before = {charger.id: len(charger.received("SetChargingProfile")) for charger in chargers}
    scene.breaks()
    for second in range(_RESTLESS):
        await scene.assistant.set_limit(LIMIT if second % 2 else 21.0)
        await scene.passes(1)
    for charger in chargers:
        sent = len(charger.received("SetChargingProfile")) - before[charger.id]
        scene.note(f"{charger.id} was sent {sent} limits in {_RESTLESS} s")
        # One increase in 5 s, and the cut that takes it back.
        most = 2 * len(charger.connectors) * (_RESTLESS / 5.0 + 1)
        scene.check(sent <= most, f"that is more than {most:g}")
    await scene.set_limit(LIMIT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})


SOFTWARE_FAULTS: Final = (
    Fault(
        name="reload",
        breaks="the entry is reloaded five times, as a car comes and goes",
        story=_is_reloaded,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="port-taken",
        breaks="the port is taken when the group starts, and free later",
        story=_port_is_taken,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="wall-clock-forward",
        breaks="the wall clock jumps 3 h forward",
        story=_wall_clock_jumps(3.0),
        bound=LIMIT_FELL,
    ),
    Fault(
        name="wall-clock-back",
        breaks="the wall clock jumps 3 h back",
        story=_wall_clock_jumps(-3.0),
        bound=LIMIT_FELL,
    ),
    Fault(
        name="balancing-fails",
        breaks="every step of the balancing raises an exception, as a car comes",
        story=_balancing_fails,
        bound=STARTS_BY_ITSELF,
        expected_errors=("limits only go down",),
    ),
    Fault(
        name="restless-automation",
        breaks="an automation writes the limit every second",
        story=_limit_is_written_each_second,
        bound=AT_ONCE,
    ),
)
