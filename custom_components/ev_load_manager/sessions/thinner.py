"""Which of a session's readings are worth the disk: the first and the last of each quarter hour."""

from .quarters import slot_of
from .register import Reading


class Thinner:
    """Keeps the newest reading of one outlet until a quarter hour is over."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._last: Reading | None = None
        self._written = True

    def note(self, reading: Reading) -> tuple[Reading, ...]:
        """Take a reading; those that are to be written now."""
        last = self._last
        if last is not None and reading.at < last.at:
            return (reading,)  # told late: it fills a gap
        if last is None or slot_of(last.at) != slot_of(reading.at):
            waiting = () if last is None or self._written else (last,)
            self._last, self._written = reading, True
            return (*waiting, reading)
        self._last, self._written = reading, False
        return ()

    def rest(self) -> tuple[Reading, ...]:
        """What has not been written yet, as a session ends."""
        rest = () if self._last is None or self._written else (self._last,)
        self._last, self._written = None, True
        return rest
