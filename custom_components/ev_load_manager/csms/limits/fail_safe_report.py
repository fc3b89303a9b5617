"""Sums up what a charger does when nobody renews its limits any more."""

from collections.abc import Iterable, Sequence

from .connector_limit import ConnectorLimit
from .fail_safe import DeadMan, DeadManReport, Evidence
from .strategies import Form


def report_on(keepers: Iterable[ConnectorLimit], evidence: Evidence) -> DeadManReport:
    """What is known of a charger whose connectors have these keepers."""
    known = [keeper for keeper in keepers if keeper.terms is not None]
    lifetimes = [
        keeper.terms.lifetime
        for keeper in known
        if keeper.terms is not None
        and keeper.running is not None
        and keeper.running.life is not None
    ]
    return DeadManReport(
        state=_state(known, evidence),
        fallbacks={
            keeper.number: keeper.standing.amperes
            for keeper in known
            if keeper.standing is not None
        },
        lifetime=max(lifetimes, default=None),
        kept_over_link=evidence.kept_over_link,
        kept_over_reboot=evidence.kept_over_reboot,
    )


def _state(keepers: Sequence[ConnectorLimit], evidence: Evidence) -> DeadMan:
    """The least that is sure of all of its connectors."""
    if evidence.forgets or any(_stays(keeper) for keeper in keepers):
        return DeadMan.NOT_POSSIBLE
    if not keepers or any(keeper.standing is None for keeper in keepers):
        refused = any(keeper.offer.refused for keeper in keepers)
        return DeadMan.NOT_POSSIBLE if refused else DeadMan.UNKNOWN
    if evidence.is_proof:
        return DeadMan.PROVEN
    verified = all(keeper.verified for keeper in keepers)
    return DeadMan.VERIFIED if verified else DeadMan.ACCEPTED


def _stays(keeper: ConnectorLimit) -> bool:
    """Whether its limit has no end."""
    return keeper.running is not None and keeper.running.approach.form is Form.PLAIN
