"""A limit for some time holds whatever policy or switch says, and people read why."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.site import Circuit, PhaseChoice, Policy

from .bench import L2, Bench, ids, make_site, same

ONE, TWO, THREE = ids(3)


def limited(bench: Bench, amperes: float | None, circuit: str = "group") -> None:
    """Set a temporary limit, or take it back."""
    changed = replace(
        bench.site.circuits[circuit], temporary=None if amperes is None else same(amperes)
    )
    bench.site = replace(bench.site, circuits=bench.site.circuits | {circuit: changed})


@pytest.mark.parametrize("policy", Policy)
def test_0_amperes_pause_everybody_until_it_is_over(policy: Policy) -> None:
    bench = Bench(make_site(2, 16.0, policy=policy))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)

    limited(bench, 0.0)
    bench.run(30)
    assert bench.limits() == [0.0, 0.0]
    assert bench.reasons() == [Reason.TEMPORARY_LIMIT] * 2
    assert bench[ONE].circuit == "group"

    limited(bench, None)
    bench.run(400)
    assert bench.limits() == [8.0, 8.0]


def test_the_policy_minimum_for_all_does_not_go_above_it() -> None:
    bench = Bench(make_site(3, 16.0, rated=32.0, policy=Policy.MINIMUM_FOR_ALL))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(120)
    assert bench.limits() == [6.0, 6.0, 6.0]

    limited(bench, 13.0)
    bench.run(60)

    assert sorted(bench.limits()) == [0.0, 6.5, 6.5]
    assert sorted(bench.reasons()) == sorted(
        [Reason.TEMPORARY_LIMIT, Reason.TEMPORARY_LIMIT, Reason.WAITING_FOR_TURN]
    )


def test_it_holds_where_balancing_is_off() -> None:
    bench = Bench(make_site(2, 16.0, rated=40.0, balancing=False))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)

    limited(bench, 12.0)
    bench.run(60)

    assert bench.limits() == [6.0, 6.0]
    assert bench.reasons() == [Reason.TEMPORARY_LIMIT] * 2


def test_one_above_the_users_limit_changes_nothing() -> None:
    bench = Bench(make_site(2, 16.0, rated=40.0))
    limited(bench, 20.0)
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)

    assert bench.limits() == [8.0, 8.0]
    assert bench.reasons() == [Reason.EQUAL_SHARE] * 2


def test_a_safe_limit_below_it_is_the_reason() -> None:
    bench = Bench(make_site(2, 32.0, grid=32.0, safe_limit=same(12.0)))
    limited(bench, 20.0)
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)

    assert bench.limits() == [6.0, 6.0]
    assert bench.reasons() == [Reason.SAFE_LIMIT] * 2


def test_it_is_the_reason_below_the_safe_limit() -> None:
    bench = Bench(make_site(2, 32.0, grid=32.0, safe_limit=same(20.0)))
    limited(bench, 14.0)
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)

    assert bench.limits() == [7.0, 7.0]
    assert bench.reasons() == [Reason.TEMPORARY_LIMIT] * 2


def test_it_is_counted_like_every_limit_where_one_phase_counts_for_all() -> None:
    bench = Bench(make_site(2, 16.0, phase_choice=PhaseChoice.HIGHEST_PHASE))
    bench.plug_in(ONE, phases=frozenset({L2}))
    bench.plug_in(TWO)
    bench.run(120)

    limited(bench, 12.0)
    bench.run(60)

    assert bench.limits() == [6.0, 6.0]
    assert bench.reasons() == [Reason.TEMPORARY_LIMIT] * 2


def test_one_on_a_feeder_leaves_the_others_alone() -> None:
    site = make_site(3, 32.0)
    feeder = Circuit(id="feeder", parent="group", limit=same(20.0), rated=same(20.0))
    moved = {id_: replace(site.connectors[id_], circuit="feeder") for id_ in (ONE, TWO)}
    bench = Bench(
        replace(
            site,
            circuits={**site.circuits, "feeder": feeder},
            connectors={**site.connectors, **moved},
        )
    )
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    limited(bench, 12.0, "feeder")
    bench.run(180)

    assert bench.limits() == [6.0, 6.0, 20.0]
    assert bench.reasons() == [Reason.TEMPORARY_LIMIT] * 2 + [Reason.EQUAL_SHARE]
    assert bench[ONE].circuit == "feeder"
