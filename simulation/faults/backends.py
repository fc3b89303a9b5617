"""Billing backends that fail, flood, or want more than there is: the charger on the right has one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from custom_components.ev_load_manager import clock

from ..backends.backend import SimulatedBackend
from .fault import LIMIT_FELL, STARTS_BY_ITSELF, Fault
from .other_process import OtherProcess, outside
from .same_process import inside
from .scene import AFTER_A_PAUSE, LEFT, RIGHT, TWIN, Scene

_ID: Final = "RIGHT"
_OUTAGE: Final = 3600.0
_VISITS, _VISIT = 8, 3 * 3600.0
"""Cars that come in a day one after the other, and how long each stays, s."""
_ONLY_1_6: Final = "a backend's OCPP 1.6 is not translated"


async def _nobody(scene: Scene) -> None:
    """Cars come once there is a backend that hears of it."""


def _register(scene: Scene) -> float:
    """What the outlet on the right has counted, Wh."""
    charger, number = scene.site.outlet(RIGHT)
    return charger.connectors[number].energy


@asynccontextmanager
async def _with_backend(scene: Scene) -> AsyncIterator[SimulatedBackend]:
    """The charger on the right has a backend that decides, and three cars charge."""
    async with SimulatedBackend() as backend:
        if isinstance(here := scene.assistant, OtherProcess):
            await here.add_backend(_ID, url=backend.url)
        else:
            await inside(scene).group.add_backend(_ID, url=backend.url)
        await scene.comes("the backend accepts it", lambda: _ID in backend.sockets, steady=2.0)
        scene.arrive(LEFT, RIGHT, TWIN)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, "three equal shares to begin with")
        await scene.all_charge(at_least=8.0)
        scene.check(len(backend.bills) == 1, f"{len(backend.bills)} sessions at the backend")
        yield backend
        scene.check(not backend.faults, f"against OCPP: {backend.faults[:3]}")


async def _ends_and_is_billed(scene: Scene, backend: SimulatedBackend, sessions: int) -> None:
    """The session on the right ends: so many are billed once, as its register has them."""
    began = min(bill.start["meterStart"] for bill in backend.bills.values())
    scene.leave(RIGHT)
    await scene.comes(
        "the session is billed",
        lambda: (
            len(backend.bills) >= sessions and all(bill.stop for bill in backend.bills.values())
        ),
        within=1200.0,
        steady=2.0,
    )
    billed = sum(bill.energy or 0 for bill in backend.bills.values())
    counted = _register(scene) - began
    scene.check(len(backend.bills) == sessions, f"{len(backend.bills)} sessions are billed")
    scene.check(abs(billed - counted) <= 1.0, f"billed {billed} Wh, counted {counted:.0f} Wh")


def _profile(amperes: float) -> Mapping[str, Any]:
    began = clock.now() - timedelta(minutes=1)
    return {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": 9,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "startSchedule": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
            },
        },
    }


async def _is_lost(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.breaks()
        await backend.stop()
        await scene.set_limit(18.0)
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0})
        # Its car goes, and another one comes, while nobody is there to bill it.
        scene.leave(RIGHT)
        await scene.passes(120.0)
        scene.arrive(RIGHT)
        await scene.all_charge()
        await scene.passes(_OUTAGE)
        await backend.start()
        await scene.comes("it is back", lambda: _ID in backend.sockets, within=900.0, steady=2.0)
        await _ends_and_is_billed(scene, backend, 2)


async def _is_away_for_a_day(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.breaks()
        await backend.stop()
        for _ in range(_VISITS):
            scene.leave(RIGHT)
            await scene.passes(120.0)
            scene.arrive(RIGHT)
            await scene.passes(_VISIT)
        await backend.start()
        await scene.comes("it is back", lambda: _ID in backend.sockets, within=900.0, steady=2.0)
        await _ends_and_is_billed(scene, backend, 1 + _VISITS)


async def _is_killed(scene: Scene) -> None:
    """What is to be told is on the disk, and so is how the backend calls what goes on."""
    async with _with_backend(scene) as backend:
        scene.breaks()
        await backend.stop()
        scene.leave(RIGHT)
        await scene.passes(60.0)
        scene.arrive(RIGHT)
        await scene.all_charge()
        await outside(scene).kill()
        await outside(scene).start()
        await scene.all_are_back()
        await scene.all_charge(within=AFTER_A_PAUSE)
        await backend.start()
        await scene.comes("it is back", lambda: _ID in backend.sockets, within=900.0, steady=2.0)
        await outside(scene).kill()
        await outside(scene).start()
        await scene.all_are_back()
        await _ends_and_is_billed(scene, backend, 2)


async def _floods(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.breaks()
        for number in range(600):
            await backend.send(_ID, f'[2,"f{number}","GetConfiguration",{{}}]')
            if number == 200:
                await scene.set_limit(18.0)
            await scene.passes(0.05)
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0})
        backend.faults.clear()  # what it flooded with is answered with nobody waiting


async def _raises(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.breaks()
        told = await backend.ask(_ID, "SetChargingProfile", _profile(32.0))
        scene.check(told == {"status": "Accepted"}, f"its profile: {told}")
        await scene.passes(60.0)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
        await backend.ask(_ID, "SetChargingProfile", _profile(6.0))
        await scene.shares({LEFT: 9.0, RIGHT: 6.0, TWIN: 9.0}, "what it leaves goes to others")
        await backend.ask(_ID, "ClearChargingProfile", {})
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})


async def _is_slow(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        backend.slow = 30.0
        scene.breaks()
        scene.leave(RIGHT)
        await scene.passes(60.0)
        scene.arrive(RIGHT)
        await scene.set_limit(18.0)
        await scene.all_charge()
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0})
        backend.slow = 0.0
        await _ends_and_is_billed(scene, backend, 2)


async def _refuses_later(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.leave(RIGHT)
        await scene.passes(60.0)
        await backend.stop()
        scene.breaks()
        scene.arrive(RIGHT)
        await scene.all_charge()
        backend.accepted_tags = lambda _: "Blocked"
        await backend.start()
        charger, number = scene.site.outlet(RIGHT)
        await scene.comes(
            "its session ends",
            lambda: charger.connectors[number].transaction is None,
            within=900.0,
        )


async def _restarts(scene: Scene) -> None:
    async with _with_backend(scene) as backend:
        scene.breaks()
        await backend.stop()
        await scene.passes(60.0)
        here = inside(scene)
        await here.group.api.post(f"config/config_entries/entry/{here.entry.entry_id}/reload")
        await scene.all_are_back()
        await scene.all_charge()
        await backend.start()
        await scene.comes("it is back", lambda: _ID in backend.sockets, within=900.0, steady=2.0)
        await _ends_and_is_billed(scene, backend, 1)


BACKEND_FAULTS: Final = (
    Fault(
        name="backend-lost",
        breaks="a billing backend is gone for an hour, in which a car goes and another one comes",
        story=_is_lost,
        bound=LIMIT_FELL,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-away-a-day",
        breaks="a billing backend is gone for a day, in which eight cars come and go",
        story=_is_away_for_a_day,
        bound=STARTS_BY_ITSELF,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-killed",
        breaks="Home Assistant is killed twice while its billing backend is gone, and as it is back",
        story=_is_killed,
        bound=LIMIT_FELL,
        begins=_nobody,
        own_process=True,
        speed=10.0,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-floods",
        breaks="a billing backend asks twenty times a second, as the limit falls",
        story=_floods,
        bound=LIMIT_FELL,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-raises",
        breaks="a billing backend allows 32 A on a higher level, and then 6 A",
        story=_raises,
        bound=STARTS_BY_ITSELF,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-slow",
        breaks="a billing backend answers after 30 s, as a car comes and the limit falls",
        story=_is_slow,
        bound=LIMIT_FELL,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-refuses-later",
        breaks="a billing backend refuses a card once it is back, whose car charges",
        story=_refuses_later,
        bound=STARTS_BY_ITSELF,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
    Fault(
        name="backend-restart-in-session",
        breaks="the group is set up anew in a session, while its billing backend is gone",
        story=_restarts,
        bound=STARTS_BY_ITSELF,
        begins=_nobody,
        only_1_6=_ONLY_1_6,
    ),
)
