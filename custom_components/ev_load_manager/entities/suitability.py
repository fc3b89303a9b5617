"""Whether a charger suits DLM and ALM, with what the user added to it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..config.settings import ChargerSettings
from ..csms.onboarding.capabilities import Suitability, Suited, SuitedBecause
from ..group.load_manager import LoadManager


class Management(StrEnum):
    """A kind of load management."""

    DLM = "dlm"
    ALM = "alm"


def suitability(manager: LoadManager, charger: ChargerSettings, kind: Management) -> Suitability:
    """Whether a kind of load management can be applied (thesis 6.2.3), and how one knows.

    A charger that takes limits and has a meter of its own tells the current of
    each phase, whatever it reports itself.
    """
    capabilities = manager.access.point(charger.charger_id).capabilities
    found = _told(capabilities, kind)
    if (
        kind is Management.ALM
        and manager.chargers.has_own_meter(charger)
        and _told(capabilities, Management.DLM).suited is not Suited.NO
    ):
        return Suitability(suited=Suited.YES, because=SuitedBecause.OWN_METER)
    return found


def _told(capabilities: Mapping[str, Any], kind: Management) -> Suitability:
    told: Mapping[str, Any] = capabilities.get(kind) or {}
    return Suitability(
        suited=Suited(told.get("suited", Suited.UNKNOWN)),
        because=SuitedBecause(told.get("because", SuitedBecause.NOT_SEEN)),
    )
