"""What people say of a backend of a charger."""

from dataclasses import dataclass, field
from enum import StrEnum


class Offline(StrEnum):
    """Who may charge while the backend that decides is away."""

    KNOWN = "known"
    """Cards that it accepted lately, and those of our own list."""
    LIST = "list"
    """Cards of our own list."""
    EVERYBODY = "everybody"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSettings:
    """One backend of one charger."""

    id: str
    """Tells it from all others, for good."""
    name: str
    url: str
    """`ws://` or `wss://`, without the charger's identity."""
    identity: str
    """How the backend calls the charger; it stands at the end of the address."""
    password: str | None = field(default=None, repr=False)
    authority: str | None = None
    """Path of the certificates that its own is signed with (PEM); None: the usual ones."""
    certificate: str | None = None
    """Path of ours (PEM), where it asks for one; its key may be in it, too."""
    key: str | None = None
    decides: bool = True
    """It says who may charge, counts, starts and stops; else it only hears what happens."""
    both_lists: bool = False
    """Cards of our own list may charge, whatever it says of them."""
    certificates: bool = False
    """It may change the charger's certificates, but for those that the charger dials us by."""
    offline: Offline = Offline.KNOWN
    known_for: float = 30 * 86400.0
    """Seconds for which a card that it accepted is known while it is away."""
