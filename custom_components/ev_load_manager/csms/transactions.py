"""Transaction ids: texts, as a charger may have given them itself.

Those that are given here are numbers that rise, also across restarts: OCPP 1.6 has no others.
"""

_HIGHEST_TAKEN_OVER = 2_000_000_000  # leaves 147 million ids below 2**31


class TransactionIds:
    """Hands out ids. `next_id` is what must be kept over a restart."""

    def __init__(self, next_id: int = 1) -> None:
        self.next_id = max(1, next_id)

    def take(self) -> str:
        """Return an id that was never returned before (digits, below 2**31)."""
        taken = self.next_id
        self.next_id += 1
        return str(taken)

    def seen(self, transaction_id: str) -> None:
        """Never hand out an id that a charger already uses (given by another system)."""
        if not transaction_id.isdecimal() or len(transaction_id) > len(str(_HIGHEST_TAKEN_OVER)):
            return
        if self.next_id <= int(transaction_id) <= _HIGHEST_TAKEN_OVER:
            self.next_id = int(transaction_id) + 1


def stored_id(stored: object) -> str:
    """A transaction id that was stored; raises TypeError where it is none.

    Version 0.1 stored those of OCPP 1.6, which are integers.
    """
    if isinstance(stored, bool) or not isinstance(stored, int | str) or stored == "":
        raise TypeError(f"{stored!r} is no id of a transaction")
    return str(stored)
