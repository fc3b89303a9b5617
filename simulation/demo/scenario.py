"""A day in a few lines: "at 20 s car A plugs into CP1/1".

STORY = (
at(20, plugs_in("car A", "CP1/1", NIMBLE)),
at(60, switches_on("heater")),
at(90, unplugs("CP1/1")),
)
await play(site, STORY, tell=print)
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from ..charger.grid import Currents
from ..plant.site import SimulatedSite

type Act = Callable[[SimulatedSite], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody does, and how one says it."""

    text: str
    act: Act


@dataclass(frozen=True, slots=True)
class Event:
    """A deed and its time, in seconds since the story began."""

    seconds: float
    deed: Deed

    def __str__(self) -> str:
        """Say it as a person would."""
        return f"at {self.seconds:g} s {self.deed.text}"


def at(seconds: float, deed: Deed) -> Event:
    """Let something happen so many seconds after the story began."""
    return Event(seconds, deed)


def does(text: str, act: Act) -> Deed:
    """Anything else; `text` completes "at 20 s ..."."""
    return Deed(text, act)


def plugs_in(
    car: str,
    outlet: str,
    model: CarModel | None = None,
    *,
    id_tag: str | None = "CARD-1",
    seed: int = 0,
) -> Deed:
    """A car comes and charges."""

    def act(site: SimulatedSite) -> None:
        site.plug_in(outlet, Car(model, name=car, seed=seed), id_tag=id_tag)

    return Deed(f"{car} plugs into {outlet}", act)


def unplugs(outlet: str) -> Deed:
    """Whoever is there leaves."""

    def act(site: SimulatedSite) -> None:
        site.unplug(outlet)

    return Deed(f"the car at {outlet} leaves", act)


def switches_on(appliance: str) -> Deed:
    """Something in the house starts to draw."""
    return Deed(f"the {appliance} goes on", lambda site: site.house.switch(appliance, True))


def switches_off(appliance: str) -> Deed:
    """It stops again."""
    return Deed(f"the {appliance} goes off", lambda site: site.house.switch(appliance, False))


def house_draws(currents: Currents) -> Deed:
    """The building's base load changes (A per phase)."""

    def act(site: SimulatedSite) -> None:
        site.house.base = currents

    return Deed(f"the house draws {_amperes(currents)}", act)


def sun_gives(currents: Currents) -> Deed:
    """The roof feeds in (A per phase)."""

    def act(site: SimulatedSite) -> None:
        site.house.solar = currents

    return Deed(f"the sun gives {_amperes(currents)}", act)


def meter_falls_silent() -> Deed:
    """The meter answers no more."""

    def act(site: SimulatedSite) -> None:
        site.meter.silent = True

    return Deed("the meter falls silent", act)


def meter_speaks() -> Deed:
    """The meter is well again."""
    return Deed("the meter is well", lambda site: site.meter.heal())


def link_is_cut(charger: str) -> Deed:
    """A charger's socket goes without a close."""
    return Deed(f"the link of {charger} is cut", lambda site: site.chargers[charger].cut())


def charger_falls_silent(charger: str) -> Deed:
    """A charger's socket stays, and nobody is behind it."""
    return Deed(f"{charger} falls silent", lambda site: site.chargers[charger].go_silent())


def power_fails() -> Deed:
    """The whole site is dark."""
    return Deed("the power fails", lambda site: site.power_off())


def power_returns() -> Deed:
    """And bright again."""
    return Deed("the power is back", lambda site: site.power_on())


async def play(
    site: SimulatedSite, story: Iterable[Event], *, tell: Callable[[str], None] | None = None
) -> None:
    """Let a story happen on a site that has been started; returns after its last event."""
    began = clock.monotonic()
    for event in sorted(story, key=lambda event: event.seconds):
        wait = began + event.seconds - clock.monotonic()
        if wait > 0:
            await clock.sleep(wait)
        if tell is not None:
            tell(str(event))
        done = event.deed.act(site)
        if done is not None:
            await done


def _amperes(currents: Currents) -> str:
    return "/".join(f"{amperes:g}" for amperes in currents) + " A"
