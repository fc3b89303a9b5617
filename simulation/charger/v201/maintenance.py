"""Firmware, logs, network and customers (part 2, blocks B, L and N)."""

from collections.abc import Callable
from functools import partial

from custom_components.ev_load_manager import clock

from ..answering import Reply
from ..frames import Payload
from .replies import refused, status
from .reports import Reports
from .station import Station

_STEP = 2.0
"""Seconds that each step of an update or an upload takes."""


class Maintenance:
    """What keeps a charger in order."""

    def __init__(self, charger: Station, reports: Reports) -> None:
        """Act on `charger`."""
        self._charger = charger
        self._reports = reports
        self._uploads = 0
        self._uploading = False
        self._updates = 0
        self._updating = False

    def answers(self) -> dict[str, Callable[[Payload], Reply]]:
        """What it answers."""
        return {
            "CustomerInformation": self._customer_information,
            "GetLog": self._get_log,
            "SetNetworkProfile": self._set_network_profile,
            "UpdateFirmware": self._update_firmware,
        }

    def _update_firmware(self, payload: Payload) -> Reply:
        firmware, request = payload["firmware"], payload["requestId"]
        if "://" not in firmware["location"]:
            return refused("Rejected", "InvalidURL")
        answer = "AcceptedCanceled" if self._updating else "Accepted"
        self._updates += 1
        self._updating = True
        update = partial(self._spawn_update, request, self._updates, "signature" in firmware)
        return status(answer, update)

    def _spawn_update(self, request: int, number: int, signed: bool) -> None:
        self._charger.spawn(self._update(request, number, signed))

    async def _update(self, request: int, number: int, signed: bool) -> None:
        """Tell each step (L01, L02); a newer update ends an older one."""
        steps = ["Downloading", "Downloaded", "Installing", "InstallRebooting"]
        if signed:
            steps.insert(2, "SignatureVerified")
        for step in steps:
            if number != self._updates:
                return
            self._tell("FirmwareStatusNotification", step, request)
            await clock.sleep(_STEP)
        self._updating = False
        self._charger.firmware = f"{self._charger.model.firmware}-{number}"
        self._charger.installs = request
        self._charger.restart(boot_reason="FirmwareUpdate", stopped_reason="Reboot")

    def installed(self) -> None:
        """Tell that an update is done, after the reboot that it needed."""
        request, self._charger.installs = self._charger.installs, None
        if request is not None:
            self._tell("FirmwareStatusNotification", "Installed", request)
            self._reports.security_event("FirmwareUpdated", self._charger.firmware)

    def _get_log(self, payload: Payload) -> Reply:
        answer = "AcceptedCanceled" if self._uploading else "Accepted"
        self._uploads += 1
        self._uploading = True
        upload = partial(self._spawn_upload, payload["requestId"], self._uploads)
        return status(answer, upload, filename=f"{self._charger.id[:200]}.log")

    def _spawn_upload(self, request: int, number: int) -> None:
        self._charger.spawn(self._upload(request, number))

    async def _upload(self, request: int, number: int) -> None:
        """Tell each step (N01); a newer upload ends an older one."""
        for step in ("Uploading", "Uploaded"):
            if number != self._uploads:
                self._tell("LogStatusNotification", "AcceptedCanceled", request)
                return
            self._tell("LogStatusNotification", step, request)
            await clock.sleep(_STEP)
        self._uploading = False

    def _tell(self, action: str, step: str, request: int) -> None:
        self._reports.tell(action, {"status": step, "requestId": request})

    def _customer_information(self, payload: Payload) -> Reply:
        """Nothing is kept of anybody (N09)."""

        def tell() -> None:
            self._reports.tell(
                "NotifyCustomerInformation",
                {
                    "requestId": payload["requestId"],
                    "generatedAt": self._charger.timestamp(),
                    "seqNo": 0,
                    "data": "none",
                },
            )

        return status("Accepted", tell if payload["report"] else None)

    def _set_network_profile(self, payload: Payload) -> Reply:
        known = payload["configurationSlot"] in (1, 2)
        return status("Accepted") if known else refused("Rejected", "InvalidValue")
