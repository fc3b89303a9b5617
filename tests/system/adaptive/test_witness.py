"""Who judges random days is not to believe whatever it is told."""

from dataclasses import replace
from math import inf

import pytest

from custom_components.ev_load_manager.balancing.decision import (
    CircuitDecision,
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Sample, Status
from custom_components.ev_load_manager.balancing.site import ConnectorId
from tests.balancing.bench import make_site

from .witness import TRUTHS, Case

ONE, OTHER = ConnectorId("charger 1", 1), ConnectorId("charger 2", 1)
NOW = 10_000.0


def charging(reason: Reason) -> Case:
    """A car that charges with 10 of 32 A for no cause at all, and what is said of it."""
    decided = ConnectorDecision(
        target=10.0, limit=10.0, reserved=PhaseCurrents.same(10.0), reason=reason, active=True
    )
    other = replace(decided, target=0.0, limit=0.0, reserved=NO_CURRENT)
    whole = PhaseCurrents.same(32.0)
    site = make_site(2, 32.0)
    return Case(
        at=NOW,
        decided=decided,
        decision=Decision(
            at=NOW,
            mode=Mode.ADAPTIVE,
            connectors={ONE: decided, OTHER: other},
            circuits={
                "group": CircuitDecision(
                    capacity=whole, reserved=decided.reserved, measured=decided.reserved
                )
            },
        ),
        connector=site.connectors[ONE],
        reading=ConnectorReading(
            online=True,
            status=Status.CHARGING,
            session="7",
            sample=Sample(at=NOW, currents=PhaseCurrents.same(10.2), highest=10.2),
        ),
        site=site,
        others=[(OTHER, other)],
        temporary=(),
        served_at=NOW,
        since=NOW - 600.0,
        over_at=-inf,
    )


@pytest.mark.parametrize("reason", Reason)
def test_no_reason_is_believed_where_there_is_none(reason: Reason) -> None:
    assert not TRUTHS[reason](charging(reason))


@pytest.mark.parametrize(
    "reason", [Reason.WAITING_FOR_TURN, Reason.WAITING_FOR_ROOM, Reason.SHORT_PAUSE]
)
def test_nobody_waits_for_what_is_there(reason: Reason) -> None:
    case = charging(reason)
    paused = replace(case.decided, limit=0.0, target=0.0, circuit="group", phase=Phase.L1)
    case = replace(case, decided=paused, served_at=NOW - 600.0)
    assert not TRUTHS[reason](case)


def test_there_is_a_truth_for_every_reason() -> None:
    assert TRUTHS.keys() == set(Reason)
