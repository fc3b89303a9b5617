"""What can go wrong between us and a charger, for callers to catch."""


class ChargePointError(Exception):
    """A charger didn't do what it was asked; all others below are kinds of it."""


class NotConnected(ChargePointError):
    """The charger has no open socket, or lost it before it answered."""


class CallTimeout(ChargePointError):
    """No answer in time. The charger may have done it all the same."""


class CallWithdrawn(ChargePointError):
    """The question was not wanted any more when its turn came, and was never asked."""


class CallError(ChargePointError):
    """The charger answered with a CALLERROR (OCPP-J 1.6, section 4.2.3)."""

    def __init__(self, code: str, description: str = "") -> None:
        """Keep the charger's `code` (`NotSupported`, ...) and its own words."""
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code
        self.description = description


class Refusal(Exception):
    """What a charger asked can't be answered with a result: send it a CALLERROR."""

    def __init__(self, code: str, description: str = "", *, fault: bool = True) -> None:
        """`code` is one of `messages.ErrorCode`; `fault`: worth a line in the log."""
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.fault = fault
