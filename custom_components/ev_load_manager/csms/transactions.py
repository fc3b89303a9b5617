"""Transaction ids: unique and rising, also across restarts."""

_HIGHEST_TAKEN_OVER = 2_000_000_000  # leaves 147 million ids below 2**31


class TransactionIds:
    """Hands out ids. `next_id` is what must be kept over a restart."""

    def __init__(self, next_id: int = 1) -> None:
        """Go on with `next_id`."""
        self.next_id = max(1, next_id)

    @staticmethod
    def readable(stored: object) -> int:
        """A `next_id` that was kept; raises TypeError or ValueError where it can't be one."""
        if isinstance(stored, bool) or not isinstance(stored, int):
            raise TypeError(f"{stored!r} is no id")
        if not 1 <= stored < 2**31:
            raise ValueError(f"{stored} is no id")
        return stored

    def take(self) -> int:
        """Return an id that was never returned before (an OCPP integer)."""
        taken = self.next_id
        self.next_id += 1
        return taken

    def seen(self, transaction_id: int) -> None:
        """Never hand out an id that a charger already uses (given by another system)."""
        if self.next_id <= transaction_id <= _HIGHEST_TAKEN_OVER:
            self.next_id = transaction_id + 1
