"""Triggers of automations: what begins or ends at an outlet, a charger, a feeder or a group."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.const import CONF_FOR, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .entities.situations import (
    SIGNAL_SITUATION,
    PlacedChange,
    is_meant,
    keys_meant,
    told,
    with_session,
)
from .entities.targets import Place
from .history.situations import Situation

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
        vol.Optional(CONF_OPTIONS, default={}): {
            vol.Optional(CONF_FOR, default=timedelta()): cv.positive_time_period
        },
    }
)


class SituationTrigger(Trigger):
    """A situation begins, or has lasted for some time, or ends, at one of the places meant."""

    situation: Situation
    begins: bool = True

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Read what somebody wrote."""
        read: ConfigType = _SCHEMA(config)
        return read

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Prepare."""
        super().__init__(hass, config)
        self._target = TargetSelection(config.target or {})
        lasts: timedelta = (config.options or {}).get(CONF_FOR, timedelta())
        self._lasts = lasts
        self._timers: dict[str, CALLBACK_TYPE] = {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action whenever it is time."""

        @callback
        def look(news: PlacedChange) -> None:
            change = news.change
            if change.situation is not self.situation:
                return
            if (timer := self._timers.pop(news.place.key, None)) is not None:
                timer()
            if change.begins is not self.begins:
                return
            # The target is looked up now: outlets come, and labels move.
            if not is_meant(news.place, keys_meant(self._hass, self._target)):
                return
            payload = told(news)
            if not self._lasts:
                self._run(run_action, payload, news.place)
                return
            self._timers[news.place.key] = async_call_later(
                self._hass, self._lasts, self._later(news.place, run_action, payload)
            )

        disconnect = async_dispatcher_connect(self._hass, SIGNAL_SITUATION, look)

        @callback
        def detach() -> None:
            disconnect()
            for timer in self._timers.values():
                timer()
            self._timers.clear()

        return detach

    def _later(
        self, place: Place, run_action: TriggerActionRunner, payload: dict[str, Any]
    ) -> Callable[[Any], None]:
        @callback
        def run(_: Any) -> None:
            del self._timers[place.key]
            self._run(run_action, payload, place)

        return run

    def _run(self, run_action: TriggerActionRunner, payload: dict[str, Any], place: Place) -> None:
        what = "began" if self.begins else "ended"
        said = f"{self.situation} of {payload['name']} {what}"
        if self.situation is not Situation.SESSION:
            run_action(payload, said)
            return

        async def run() -> None:
            run_action(await with_session(self._hass, place, payload), said)

        self._hass.async_create_task(run(), f"trigger: {said}")


def _trigger(of: Situation, *, begin: bool = True) -> type[Trigger]:
    class _Trigger(SituationTrigger):
        situation = of
        begins = begin

    return _Trigger


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "session_started": _trigger(Situation.SESSION),
    "session_ended": _trigger(Situation.SESSION, begin=False),
    "car_waits": _trigger(Situation.WAITING),
    "turn_begins": _trigger(Situation.TURN),
    "car_full": _trigger(Situation.FULL),
    "safe_limit_began": _trigger(Situation.SAFE_LIMIT),
    "safe_limit_ended": _trigger(Situation.SAFE_LIMIT, begin=False),
    "overload_began": _trigger(Situation.OVERLOAD),
    "charger_lost": _trigger(Situation.LOST),
    "charger_disobeys": _trigger(Situation.DISOBEYS),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """The triggers that there are."""
    return TRIGGERS
