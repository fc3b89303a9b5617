"""How people have it checked what a charger does without Home Assistant."""

from abc import abstractmethod
import asyncio
from typing import Any, Final, NamedTuple

import voluptuous as vol

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.selector import BooleanSelector

from ..csms.charge_point.charge_point import Change, ChargePoint
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.charge_point.fail_safe_check import Finding, Stage
from ..csms.limits.fail_safe import FailSafe, FailSafeReport
from ..csms.transport.errors import NotConnected
from ..errors import figure

FIELD_LOST_LINK: Final = "lost_link"
FIELD_RESTART: Final = "restart"

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(FIELD_LOST_LINK, default=True): BooleanSelector(),
        vol.Required(FIELD_RESTART, default=True): BooleanSelector(),
    }
)
_NOT_CONNECTED: Final = "check_not_connected"
_BROKEN_OFF: Final = "check_broken_off"


class CheckSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any]](
    FlowHandler[ContextT, ResultT]
):
    """Ask whether a charger may be cut off and restarted, do it, and tell what came of it."""

    _check: _Check | None = None
    _stage: tuple[Stage, asyncio.Task[None]] | None = None
    """What is shown, and what ends with it."""

    @property
    @abstractmethod
    def checked_name(self) -> str:
        """What people call the charger."""

    @property
    @abstractmethod
    def checked(self) -> tuple[ChargePoint, ChargerControl]:
        """The charger."""

    async def async_step_check_alone(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Say what a check does; it begins once that is agreed to."""
        point, control = self.checked
        errors: dict[str, str] = {}
        if user_input is not None:
            if point.online:
                asking = self.hass.async_create_task(
                    _async_check(control, **user_input), name=f"check of {point.id}"
                )
                self._check = _Check(point, control, asking)
                return await self.async_step_checking()
            errors["base"] = "charger_away"
        return self.async_show_form(
            step_id="check_alone",
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, user_input),
            errors=errors,
            description_placeholders=words_of(self.checked_name, control.fail_safe),
        )

    async def async_step_checking(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Tell what goes on; the check goes on although this is closed."""
        check = self._check
        assert check is not None
        if check.asking.done():
            return self.async_show_progress_done(next_step_id="check_result")
        if self._stage is None or self._stage[1].done():
            stage = check.control.check_stage or Stage.PROBE
            self._stage = stage, self.hass.async_create_task(check.stage_over(stage))
        stage, over = self._stage
        return self.async_show_progress(
            step_id="checking",
            progress_action=f"check_{stage.value}",
            description_placeholders={"charger": self.checked_name},
            progress_task=over,
        )

    async def async_step_check_result(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Tell what came of it, in words."""
        assert self._check is not None
        return self.async_abort(
            reason=self._check.asking.result(),
            description_placeholders=words_of(self.checked_name, self._check.control.fail_safe),
        )


class _Check(NamedTuple):
    """A check that somebody looks on at."""

    point: ChargePoint
    control: ChargerControl
    asking: asyncio.Task[str]
    """Ends with the key of the words for what came of it."""

    async def stage_over(self, stage: Stage) -> None:
        """Wait until something else than `stage` goes on, or all is over."""
        over = asyncio.Event()

        def look(_point: ChargePoint, _change: Change, _connector: int | None) -> None:
            if self.control.check_stage not in (stage, None):
                over.set()

        unsubscribe = self.point.on_change(look)
        waiting = asyncio.ensure_future(over.wait())
        try:
            await asyncio.wait([waiting, self.asking], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            unsubscribe()


def words_of(charger: str, report: FailSafeReport) -> dict[str, str]:
    """What the texts of a result name."""
    return {
        "charger": charger,
        "fallback": "–" if report.fallback is None else figure(report.fallback),
        "after": "–" if report.lifetime is None else f"{figure(report.lifetime / 60, 0)} min",
    }


async def _async_check(control: ChargerControl, *, lost_link: bool, restart: bool) -> str:
    """Check a charger; the key of the words for what came of it."""
    try:
        finding = await control.check_alone(lost_link=lost_link, restart=restart)
    except NotConnected, TimeoutError:
        return _NOT_CONNECTED
    except asyncio.CancelledError:
        return _BROKEN_OFF  # the group was reloaded meanwhile
    if finding is Finding.LINK_NOT_SEEN:
        verified = control.fail_safe.state is FailSafe.VERIFIED
        return "check_verified" if verified else "check_accepted"
    return f"check_{finding.value}"
