"""Answers in the form that most have in OCPP 2."""

from collections.abc import Callable
from typing import Any

from ..answering import Reply


def status(status: str, then: Callable[[], None] | None = None, **more: Any) -> Reply:
    """An answer that is a status, and little else; then something is done."""
    return Reply({"status": status, **more}, then)


def refused(status: str, code: str, why: str = "") -> Reply:
    """An answer that says why not."""
    info = {"reasonCode": code[:20]}
    if why:
        info["additionalInfo"] = why[:512]
    return Reply({"status": status, "statusInfo": info})
