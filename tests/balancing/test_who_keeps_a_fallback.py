"""Which chargers may charge without Home Assistant: those whose minimums all fit."""

from dataclasses import replace

from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import amperes_from_kilowatts

from .bench import ids, make_site, same

ONE, TWO, THREE = ids(3)


def test_everyone_keeps_the_minimum_where_all_fit() -> None:
    site = make_site(2, 16.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(12.0))
    assert found == {ONE: 6.0, TWO: 6.0}


def test_nobody_does_where_they_do_not_fit() -> None:
    site = make_site(3, 16.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(16.0))
    assert set(found.values()) == {0.0}


def test_a_minimum_between_two_steps_is_the_step_above() -> None:
    # 4.2 kW on three phases.
    minimum = amperes_from_kilowatts(4.2, phases=3)
    site = make_site(2, 16.0, connector={"minimum": minimum})
    found = fallback_currents(site.connectors.values(), site.circuits, same(12.2))
    assert set(found.values()) == {6.1}
    # Whole amperes need more room.
    coarse = [replace(one, step=1.0) for one in site.connectors.values()]
    assert set(fallback_currents(coarse, site.circuits, same(14.0)).values()) == {7.0}
    assert set(fallback_currents(coarse, site.circuits, same(13.9)).values()) == {0.0}


def test_phases_are_counted_one_by_one() -> None:
    site = make_site(3, 16.0)
    single = {
        id_: replace(one, wiring=(phase,))
        for (id_, one), phase in zip(site.connectors.items(), Phase, strict=True)
    }
    found = fallback_currents(single.values(), site.circuits, same(6.0))
    assert set(found.values()) == {6.0}


def test_every_circuit_counts() -> None:
    site = make_site(2, 10.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(32.0))
    assert set(found.values()) == {0.0}


def test_the_user_chooses_who_keeps_it() -> None:
    site = make_site(3, 16.0)
    found = fallback_currents(
        site.connectors.values(), site.circuits, same(12.0), chosen={ONE, THREE}
    )
    assert found == {ONE: 6.0, TWO: 0.0, THREE: 6.0}
