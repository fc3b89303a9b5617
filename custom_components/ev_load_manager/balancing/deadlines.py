"""When the passing of time alone changes something."""

from dataclasses import dataclass


@dataclass(slots=True)
class Deadlines:
    """Collects moments, and keeps the next one after now."""

    now: float
    next: float | None = None

    def passed(self, moment: float) -> bool:
        """Whether `moment` is over; if not, it is one to look at things again."""
        if moment <= self.now:
            return True
        if self.next is None or moment < self.next:
            self.next = moment
        return False
