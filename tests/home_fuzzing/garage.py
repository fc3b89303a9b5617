"""A garage whose cars charge on, and whose Home Assistant works on, whoever comes to its port.

Three honest chargers share a limit with one that means no good, while strangers come
and go. `script/fuzz` runs it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
import logging
from pathlib import Path
import random
import time
from typing import Any, Final

import aiohttp
from websockets.exceptions import WebSocketException

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.const import CONF_PASSWORD
from simulation.charger.link import NotConnected
from simulation.faults.books import losses
from simulation.faults.fault import HOUSE_ROSE, Fault
from simulation.faults.run import free_port
from simulation.faults.same_process import SameProcess, inside, same_process
from simulation.faults.scene import LEFT, RIGHT, TWIN, TWIN_2, Scene, Wrong, quiet_garage
from simulation.home_assistant import WITHOUT_PAGE
from simulation.jumping_time import jumping_loop
from simulation.plant.watch import Watch
from simulation.set_up import Home, home

from .looks import Errors, look
from .said import HONEST, HOSTILE, Round, rounds, say

_ROUNDS: Final = 8
"""Rounds from one seed: as many as one garage lives."""
_GUESTS: Final = 16
_GARAGES: Final = 20
"""Garages of one Home Assistant: it remembers something of each, and would be slower and slower."""
_PARTS: Final = WITHOUT_PAGE + "repairs:\ndiagnostics:\nsystem_health:\n"
_IS_AWAY: Final = 0.4
"""Share of rounds in which one of the honest is not there, so that others may try to be it."""
_ALL_CHARGE_WITHIN: Final = 1800.0
"""Seconds until everybody has his share once the charger that lies is removed."""
_LOGGER: Final = logging.getLogger("custom_components")


async def _nothing(_: Scene) -> None:
    """The rounds are the story."""


GARAGE: Final = Fault(
    name="fuzz",
    breaks="all kinds of things are said at the port",
    begins=quiet_garage,
    story=_nothing,
    bound=HOUSE_ROSE,
)


async def fuzz(seconds: float, chosen: int, folder: Path) -> list[str]:
    """Let garages live for so many real seconds, the first from the seed `chosen`."""
    until = time.monotonic() + seconds
    chance = random.Random(chosen)
    number = 0
    while time.monotonic() < until:
        async with (
            home(
                folder / str(number), port=free_port(), ocpp_port=free_port(), parts=_PARTS
            ) as running,
            aiohttp.ClientSession() as session,
        ):
            for _ in range(_GARAGES):
                if (left := until - time.monotonic()) <= 0:
                    break
                print(f"seed {chosen}: a garage, {left:.0f} s to go", flush=True)
                if problems := await _garage(running, session, chosen):
                    return problems
                chosen = chance.randrange(2**32)
        number += 1
    return []


async def _garage(running: Home, session: aiohttp.ClientSession, chosen: int) -> list[str]:
    made = rounds(_ROUNDS, guests=_GUESTS, chosen=chosen)
    with Errors() as errors:
        async with same_process(running, GARAGE) as scene:
            problems = await _live(scene, made, session, chosen, errors)
        return [*problems, *errors.found]


async def _live(
    scene: Scene,
    made: list[Round],
    session: aiohttp.ClientSession,
    chosen: int,
    errors: Errors,
) -> list[str]:
    chance = random.Random(chosen)
    here = inside(scene)
    await _give_passwords(scene)
    await here.group.add_charger(HOSTILE, name=HOSTILE, wiring=(0, 1, 2))
    for number, one in enumerate(made):
        try:
            await _play(scene, one, chance)
            problems = [*_wrong_here(scene), *errors.found, *await look(here, session)]
        except Wrong as wrong:
            problems = [str(wrong), *_wrong_here(scene), *errors.found]
        if problems:
            said = [f"round {number} of seed {chosen}: {one}"]
            return [*problems, *said]
        if chance.random() < 0.3:
            await _reload(here)
    try:
        await _remove_who_lies(scene)
        await _all_have_their_share(scene)
    except Wrong as wrong:
        return [str(wrong)]
    return [*_wrong_here(scene), *await _missing(scene)]


async def _give_passwords(scene: Scene) -> None:
    """The honest have one each: without it, who comes while one is away would be taken for it."""
    here = inside(scene)
    entries = here.home.hass.config_entries
    for subentry in tuple(here.entry.subentries.values()):
        charger = scene.site.chargers[str(subentry.unique_id)]
        charger.link.password = f"the password of {charger.id}"
        data = {**subentry.data, CONF_PASSWORD: charger.link.password}
        entries.async_update_subentry(here.entry, subentry, data=data)
    await scene.passes(5.0)
    await scene.all_are_back()


async def _play(scene: Scene, one: Round, chance: random.Random) -> None:
    """Everybody says it at the same time, while people come, go, and change limits."""
    _begin_to_judge(scene)
    away = scene.site.chargers[chance.choice(HONEST)] if chance.random() < _IS_AWAY else None
    if away is not None:
        away.link.halt()
    async with asyncio.TaskGroup() as group:
        for guest in one.guests:
            group.create_task(say(scene.site.url, guest))
        group.create_task(_right_tells(scene, one.told))
        await scene.passes(chance.uniform(0.0, 30.0))
        await scene.set_limit(chance.choice((18.0, 21.0, 24.0, 30.0)))
        outlet = chance.choice((LEFT, RIGHT, TWIN, TWIN_2))
        if outlet in scene.offered():
            scene.leave(outlet)
        else:
            scene.arrive(outlet)
    if away is not None:
        away.link.start()
    await scene.all_are_back()
    await scene.passes(20.0)


async def _right_tells(scene: Scene, told: list[str]) -> None:
    for frame in told:
        with suppress(NotConnected, WebSocketException):
            await scene.faulty.link.send(frame)
        await scene.passes(2.0)


def _begin_to_judge(scene: Scene) -> None:
    for name, watch in scene.site.watches.items():
        scene.site.watches[name] = Watch(name, tolerance=watch.tolerance)


def _wrong_here(scene: Scene) -> Iterator[str]:
    """The limit was held, the books are not below the truth, and all that is sent is OCPP."""
    assert scene.judge is not None
    yield from map(str, scene.judge.found)
    for watch in scene.watches:
        if watch.longest > GARAGE.bound:
            yield f"{watch.circuit} was over its limit for {watch.longest:.1f} s"
    for charger in scene.site.chargers.values():
        for mistake in charger.violations:
            yield f"{charger.id} was sent what is not OCPP: {mistake}"


async def _reload(here: SameProcess) -> None:
    """Home Assistant sets the group up anew, from what it stored."""
    entry_id = here.entry.entry_id
    await here.group.api.post(f"config/config_entries/entry/{entry_id}/reload")
    if here.group.manager is None:
        raise Wrong("the group does not start from what was stored")


async def _remove_who_lies(scene: Scene) -> None:
    """Somebody removes it, and sees that nothing charges there, whatever it says."""
    here = inside(scene)
    entry = here.entry
    subentry = next(one for one in entry.subentries.values() if one.unique_id == HOSTILE)
    here.home.hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    # As long as it says that a car charges it is counted, and a repair asks.
    chargers = here.manager.chargers
    await scene.comes(
        "it is removed, or a repair asks about it",
        lambda: HOSTILE in chargers.left_behind or HOSTILE not in chargers.led,
        within=60.0,
        steady=0.0,
    )
    await here.manager.let_go(of=chargers.left_behind)
    await here.home.hass.async_block_till_done()


async def _all_have_their_share(scene: Scene) -> None:
    """Nothing that was said keeps anybody from charging."""
    await scene.all_are_back()
    await scene.set_limit(30.0)
    await scene.all_charge(within=_ALL_CHARGE_WITHIN)


async def _missing(scene: Scene) -> list[str]:
    for outlet in scene.offered():
        scene.leave(outlet)
    chargers = scene.site.chargers
    await scene.comes(
        "the chargers tell all they kept",
        lambda: all(one.accepted and not one.outbox.kept for one in chargers.values()),
        within=180.0,
        steady=5.0,
    )
    books: Any = await scene.assistant.books()
    return losses(chargers, books)


def run(seconds: float, chosen: int, folder: Path) -> list[str]:
    """Fuzz a Home Assistant that lives in `folder`; what was found."""
    _LOGGER.getChild(DOMAIN).setLevel(logging.WARNING)
    loop = jumping_loop()
    loop.jumps = False
    try:
        return loop.run_until_complete(fuzz(seconds, chosen, folder))
    finally:
        loop.close()
        clock.set_factor(1.0)
