"""How many files somebody opens who follows a limit from the decision to the socket."""

from collections.abc import Callable, Iterator
from pathlib import Path
import re
import sys
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.schedule import Schedule
from custom_components.ev_load_manager.csms.transport.calls import Calls
from custom_components.ev_load_manager.csms.v16.dialect import Ocpp16
from homeassistant.core import HomeAssistant
from tests.groups import charger, client, group, set_up, start_session

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components/ev_load_manager"
MOST = 9


def told() -> list[str]:
    """The files that the documents name, in their order."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return re.findall(r"^\d\. `(\S+\.py)`", page, re.MULTILINE)


def files() -> Iterator[str]:
    """The integration's files whose functions are at work: whose call led here."""
    frame = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(INTEGRATION):
            yield path.relative_to(INTEGRATION).as_posix()
        frame = frame.f_back  # type: ignore[assignment]


async def test_a_limit_passes_through_the_files_that_the_documents_name(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: set[str] = set()

    def watch(owner: type, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def watched(self: object, *given: Any, **more: Any) -> Any:
            passed.update(
                files(), [Path(real.__code__.co_filename).relative_to(INTEGRATION).as_posix()]
            )
            return real(self, *given, **more)

        monkeypatch.setattr(owner, name, watched)

    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        # To be wanted, to be due, to be worked out, to be put into words, to be written.
        watch(ConnectorLimit, "want")
        watch(Schedule, "of")
        watch(Ocpp16, "set_limit")
        write = Calls.send

        async def send(self: Calls, frame: str) -> None:
            if '"SetChargingProfile"' in frame:
                passed.update(files())
            await write(self, frame)

        monkeypatch.setattr(Calls, "send", send)
        await start_session(socket)
        while "csms/transport/calls.py" not in passed:
            await socket.next_call("SetChargingProfile")

    assert passed == set(told())
    assert len(told()) <= MOST
