"""The fields of forms that occur in many of them."""

from collections.abc import Iterable, Sequence

from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)


def number(unit: str | None = None) -> NumberSelector:
    """Any number, with its unit beside it."""
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any")
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def choice(
    translations: str | None, options: Iterable[str], *, as_list: bool = False
) -> SelectSelector:
    """One of several values; `translations` leads to their words, None: they need none."""
    return _select(list(options), translations, as_list=as_list)


def labelled_choice(
    translations: str | None, options: Iterable[tuple[str, str]], *, as_list: bool = False
) -> SelectSelector:
    """The same of values with labels of their own, where there is no translation."""
    labelled = [SelectOptionDict(value=value, label=label) for value, label in options]
    return _select(labelled, translations, as_list=as_list)


def labelled_choices(options: Iterable[tuple[str, str]]) -> SelectSelector:
    """Any number of values with labels of their own."""
    labelled = [SelectOptionDict(value=value, label=label) for value, label in options]
    return SelectSelector(
        SelectSelectorConfig(options=labelled, multiple=True, mode=SelectSelectorMode.LIST)
    )


def _select(
    options: Sequence[str] | Sequence[SelectOptionDict], translations: str | None, *, as_list: bool
) -> SelectSelector:
    config = SelectSelectorConfig(
        options=options,
        mode=SelectSelectorMode.LIST if as_list else SelectSelectorMode.DROPDOWN,
    )
    if translations is not None:
        config["translation_key"] = translations
    return SelectSelector(config)
