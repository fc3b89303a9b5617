"""Who is overloaded is told, and nobody else."""

from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
    Readings,
    Sample,
    Status,
)
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Site,
)
from custom_components.ev_load_manager.history.overload import OverloadWatch

LEFT, RIGHT = ConnectorId("left", 1), ConnectorId("right", 1)


def site(**more: Any) -> Site:
    """A group of 20 A (fuse 25 A) with two chargers behind a connection of 30 A."""
    circuits = (
        Circuit(
            id="grid",
            parent=None,
            limit=PhaseCurrents.same(30),
            rated=PhaseCurrents.same(35),
            meter=CircuitMeter(safe_limit=PhaseCurrents.same(0)),
        ),
        Circuit(
            id="group", parent="grid", limit=PhaseCurrents.same(20), rated=PhaseCurrents.same(25)
        ),
    )
    return Site(
        circuits={circuit.id: circuit for circuit in circuits},
        connectors={
            id_: Connector(id=id_, circuit="group", wiring=tuple(Phase), maximum=16.0)
            for id_ in (LEFT, RIGHT)
        },
        **{"grid": "grid", **more},
    )


def drawing(
    currents: tuple[float, float, float] | None,
    *,
    at: float = 0.0,
    status: Status = Status.CHARGING,
    offer: Offer = Offer(accepted=16.0, accepted_at=-100.0),
) -> ConnectorReading:
    """A connector whose car was seen to draw so much."""
    return ConnectorReading(
        online=True,
        status=status,
        offer=offer,
        sample=Sample(
            at=at,
            currents=None if currents is None else PhaseCurrents(*currents),
            highest=max(currents or (0.0,)),
        ),
    )


def readings(
    left: ConnectorReading | None = None,
    right: ConnectorReading | None = None,
    meter: tuple[float, float, float] | None = None,
    at: float = 0.0,
) -> Readings:
    """What is known at a moment."""
    found = {LEFT: left, RIGHT: right}
    return Readings(
        connectors={id_: reading for id_, reading in found.items() if reading is not None},
        meters={}
        if meter is None
        else {"grid": MeterReading(at=at, currents=PhaseCurrents(*meter))},
    )


def test_a_connection_above_its_limit_is_overloaded_after_more_than_ten_seconds() -> None:
    watch, here = OverloadWatch(), site()

    for now in (0.0, 5.0, 10.0):
        watch.update(here, readings(meter=(31, 5, 32), at=now), now)
        assert watch.overloaded == {}

    watch.update(here, readings(meter=(31, 5, 32), at=11.0), 11.0)
    assert watch.overloaded == {"grid": (Phase.L1, Phase.L3)}


def test_a_moment_below_begins_the_count_anew() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 9.0):
        watch.update(here, readings(meter=(31, 5, 5), at=now), now)
    watch.update(here, readings(meter=(29, 5, 5), at=10.0), 10.0)
    watch.update(here, readings(meter=(31, 5, 5), at=11.0), 11.0)
    watch.update(here, readings(meter=(31, 5, 5), at=20.0), 20.0)

    assert watch.overloaded == {}


def test_it_is_over_with_the_first_value_below() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 11.0):
        watch.update(here, readings(meter=(31, 5, 5), at=now), now)
    assert watch.overloaded

    watch.update(here, readings(meter=(30, 5, 5), at=12.0), 12.0)

    assert watch.overloaded == {}


def test_what_meters_differ_by_is_no_overload() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 60.0):
        watch.update(here, readings(meter=(30.4, 5, 5), at=now), now)

    assert watch.overloaded == {}


def test_a_group_is_judged_by_what_its_chargers_measured() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 11.0):
        seen = readings(drawing((12, 12, 0), at=now), drawing((4, 10, 16), at=now), (5, 5, 5), now)
        watch.update(here, seen, now)

    assert watch.overloaded == {"group": (Phase.L2,)}


def test_chargers_alone_say_nothing_about_a_connection_that_feeds_a_house() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 11.0):
        watch.update(here, readings(drawing((16,) * 3, at=now), drawing((16,) * 3, at=now)), now)

    assert set(watch.overloaded) == {"group"}


def test_a_silent_meter_is_not_believed_for_ever() -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 11.0, 29.0):
        watch.update(here, readings(meter=(31, 5, 5), at=0.0), now)
    assert watch.overloaded

    watch.update(here, readings(meter=(31, 5, 5), at=0.0), 30.0)

    assert watch.overloaded == {}


@pytest.mark.parametrize(
    "reading",
    [
        None,
        ConnectorReading(online=True, status=Status.CHARGING),
        drawing(None),
        drawing((16, 16, 16), status=Status.AVAILABLE),
        # Seen before it was told to take 6 A.
        drawing((16, 16, 16), offer=Offer(accepted=6.0, accepted_at=5.0)),
    ],
)
def test_a_draw_that_is_not_known_to_be_is_not_counted(reading: ConnectorReading | None) -> None:
    watch, here = OverloadWatch(), site()
    for now in (0.0, 11.0):
        watch.update(here, readings(reading, drawing((12, 12, 12), at=now)), now)

    assert watch.overloaded == {}


def test_a_car_that_ignores_its_limit_is_counted_as_soon_as_it_is_seen() -> None:
    watch, here = OverloadWatch(), site()
    disobeys = drawing((16, 16, 16), at=6.0, offer=Offer(accepted=6.0, accepted_at=5.0))
    for now in (7.0, 18.0):
        watch.update(here, readings(disobeys, drawing((12, 12, 12), at=now)), now)

    assert set(watch.overloaded) == {"group"}


def test_who_switched_balancing_off_hears_of_the_fuse_alone() -> None:
    watch, here = OverloadWatch(), site(balancing=False)
    for now in (0.0, 11.0):
        watch.update(here, readings(drawing((12, 12, 0)), drawing((12, 16, 0))), now)

    assert watch.overloaded == {"group": (Phase.L2,)}
