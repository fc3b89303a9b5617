"""What a backend allows lowers what an outlet gets, and never raises it."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.caps import capped, explained
from custom_components.ev_load_manager.balancing.decision import (
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import Circuit, Connector, ConnectorId, Site

OUTLET = ConnectorId("CP1", 1)
SIXTEEN = PhaseCurrents.same(16.0)


def site(**more: object) -> Site:
    """A site of one outlet."""
    connector = Connector(id=OUTLET, circuit="group", wiring=(Phase.L1,), maximum=16.0)
    return Site(
        circuits={"group": Circuit(id="group", parent=None, limit=SIXTEEN, rated=SIXTEEN)},
        connectors={OUTLET: replace(connector, **more)},  # type: ignore[arg-type]
    )


def decision(reason: Reason) -> Decision:
    """A decision of which only the reason matters."""
    decided = ConnectorDecision(
        target=0.0, limit=0.0, reserved=PhaseCurrents(*NO_CURRENT), reason=reason
    )
    return Decision(at=0.0, mode=Mode.DYNAMIC, connectors={OUTLET: decided}, circuits={})


@pytest.mark.parametrize(("cap", "maximum"), [(32.0, 16.0), (16.0, 16.0), (9.5, 9.5), (6.0, 6.0)])
def test_the_lower_one_holds(cap: float, maximum: float) -> None:
    assert capped(site(), {OUTLET: cap}).connectors[OUTLET].maximum == maximum


@pytest.mark.parametrize("cap", [0.0, 5.9])
def test_below_the_minimum_it_pauses(cap: float) -> None:
    connector = capped(site(), {OUTLET: cap}).connectors[OUTLET]
    assert not connector.charging_allowed
    assert connector.maximum == 16.0


def test_what_the_user_paused_stays_so() -> None:
    connector = capped(site(charging_allowed=False), {OUTLET: 32.0}).connectors[OUTLET]
    assert not connector.charging_allowed


def test_without_caps_it_is_the_same_site() -> None:
    one = site()
    assert capped(one, {}) is one


@pytest.mark.parametrize(
    ("reason", "cap", "allowed", "told"),
    [
        (Reason.FULL_SPEED, 10.0, True, Reason.LIMIT_OF_BACKEND),
        (Reason.FULL_SPEED, 20.0, True, Reason.FULL_SPEED),
        (Reason.PAUSED_BY_USER, 0.0, True, Reason.LIMIT_OF_BACKEND),
        (Reason.PAUSED_BY_USER, 0.0, False, Reason.PAUSED_BY_USER),
        (Reason.EQUAL_SHARE, 10.0, True, Reason.EQUAL_SHARE),
    ],
)
def test_people_read_who_holds_it_back(
    reason: Reason, cap: float, allowed: bool, told: Reason
) -> None:
    found = explained(decision(reason), site(charging_allowed=allowed), {OUTLET: cap})
    assert found.connectors[OUTLET].reason is told
