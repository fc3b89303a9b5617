"""What a charger's firmware does at connecting that is no other charger's way.

It is learned once per charger and remembered, so that it gets in at once the next time.
"""

from enum import StrEnum


class Habit(StrEnum):
    """One way of connecting."""

    BOOTS_LATE = "boots_late"
    """It hangs up when it is asked anything before its BootNotification."""
    NEEDS_NO_BOOT = "needs_no_boot"
    """It answers on a socket on which it has not booted."""
    NO_PONG = "no_pong"
    """It answers no pings."""
    NO_SUBPROTOCOL = "no_subprotocol"
    """It asks for no subprotocol, and speaks OCPP 1.6."""
    NO_UPGRADE_HEADER = "no_upgrade_header"
    """It forgets `Connection: Upgrade` in its handshake."""
    OLDER_WORDS = "older_words"
    """It agrees on a newer version of OCPP, and speaks the oldest."""
