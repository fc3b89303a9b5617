"""What a charger does when Home Assistant stops, and how well that is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ... import clock
from ...data_files.stored import Stored
from ...data_files.values import flag, optional, text
from .connector_limit import ConnectorLimit
from .strategies import Form

RESTARTS_WITHIN: Final = 600.0
"""Seconds in which a charger that was asked to restart is back; later it was something else."""


class FailSafe(StrEnum):
    """How sure it is that a charger falls to its fallback by itself."""

    UNKNOWN = "unknown"
    """No limit that ends was sent yet."""
    ACCEPTED = "accepted"
    """It took a limit that ends, and what is to hold then."""
    VERIFIED = "verified"
    """And it tells the same when it is asked for its schedule."""
    PROVEN = "proven"
    """It was seen to keep its fallback over a reboot and over a lost link."""
    NOT_POSSIBLE = "not_possible"
    """Its limits stay, or it was seen to forget its fallback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafeReport:
    """What one charger does when Home Assistant stops; currents in A per phase."""

    state: FailSafe = FailSafe.UNKNOWN
    fallbacks: Mapping[int, float]
    """What it falls to, by connector; those that are not known are left out."""
    lifetime: float | None = None
    """Seconds until then at the latest; None: not known."""
    kept_over_link: bool | None = None
    """Whether it was seen to keep its fallback over a lost link; None: not seen."""
    kept_over_reboot: bool | None = None

    @property
    def fallback(self) -> float | None:
        """The highest of its connectors' fallbacks, A."""
        return max(self.fallbacks.values(), default=None)


class Evidence:
    """What was seen of a charger's memory for its fallback."""

    def __init__(self) -> None:
        self.kept_over_link: bool | None = None
        self.kept_over_reboot: bool | None = None
        self._reconnects_silently = False
        """It was seen to reconnect without BootNotification, so one means a reboot."""
        self._firmware = ""
        self._asked_to_restart_at: float | None = None
        self._rebooted = False
        self._socket_at: float | None = None
        self._told_here = False
        """It was told its limits on its present socket before it came (again)."""
        self._kept: bool | None = None

    @property
    def forgets(self) -> bool:
        """Whether its fallback can't be relied on."""
        return self.kept_over_link is False or self.kept_over_reboot is False

    @property
    def is_proof(self) -> bool:
        """Whether it kept its fallback, whatever happened."""
        return self.kept_over_link is True and self.kept_over_reboot is True

    def about(self, firmware: str) -> bool:
        """Which firmware it is about; whether that is another one than before."""
        changed = bool(firmware and self._firmware and firmware != self._firmware)
        if changed:
            self.kept_over_link = self.kept_over_reboot = None
        self._firmware = firmware or self._firmware
        return changed

    def expect_reboot(self) -> None:
        """It was asked to reset: the next connection, if it comes soon, is after a reboot."""
        self._asked_to_restart_at = clock.monotonic()

    def connected(self, *, booted: bool, socket_at: float | None = None) -> None:
        """It is back; `booted`: with a BootNotification; `socket_at`: since when its socket is.

        Who boots again on the same socket was told everything on it: what it holds
        then proves nothing.
        """
        self._told_here = socket_at is not None and socket_at == self._socket_at
        self._socket_at = socket_at
        if self._told_here:
            return
        if not booted:
            self._reconnects_silently = True
        asked_at, self._asked_to_restart_at = self._asked_to_restart_at, None
        asked = asked_at is not None and clock.monotonic() - asked_at <= RESTARTS_WITHIN
        self._rebooted = booted and (self._reconnects_silently or asked)
        self._kept = None

    def saw(self, *, kept: bool) -> None:
        """It kept its fallback until it came back, or it did not.

        What one of its outlets has forgotten no other one makes good.
        """
        if kept and self._told_here:
            return
        kept = kept and self._kept is not False
        self._kept = kept
        if self._rebooted:
            self.kept_over_reboot = kept
        if kept or not self._rebooted:
            self.kept_over_link = kept

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "kept_over_link": self.kept_over_link,
            "kept_over_reboot": self.kept_over_reboot,
            "reconnects_silently": self._reconnects_silently,
            "firmware": self._firmware,
        }

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written."""
        self.kept_over_link = stored.read("kept_over_link", optional(flag), None)
        self.kept_over_reboot = stored.read("kept_over_reboot", optional(flag), None)
        self._reconnects_silently = stored.read("reconnects_silently", flag, False)
        self._firmware = stored.read("firmware", text, "")


def report_on(keepers: Iterable[ConnectorLimit], evidence: Evidence) -> FailSafeReport:
    """What is known of a charger whose connectors have these keepers."""
    known = [keeper for keeper in keepers if keeper.terms is not None]
    lifetimes = [
        keeper.terms.lifetime
        for keeper in known
        if keeper.terms is not None
        and keeper.running is not None
        and keeper.running.life is not None
    ]
    return FailSafeReport(
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


def _state(keepers: Sequence[ConnectorLimit], evidence: Evidence) -> FailSafe:
    """The least that is sure of all of its connectors."""
    if evidence.forgets or any(_stays(keeper) for keeper in keepers):
        return FailSafe.NOT_POSSIBLE
    if not keepers or any(keeper.standing is None for keeper in keepers):
        refused = any(keeper.offer.refused for keeper in keepers)
        return FailSafe.NOT_POSSIBLE if refused else FailSafe.UNKNOWN
    if evidence.is_proof:
        return FailSafe.PROVEN
    verified = all(keeper.verified for keeper in keepers)
    return FailSafe.VERIFIED if verified else FailSafe.ACCEPTED


def _stays(keeper: ConnectorLimit) -> bool:
    """Whether its limit has no end."""
    return keeper.running is not None and keeper.running.strategy.form is Form.PLAIN
