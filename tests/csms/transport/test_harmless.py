"""Whatever comes in a frame can be kept, shown and written afterwards."""

import json
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.ev_load_manager.csms.transport import fields, messages
from custom_components.ev_load_manager.csms.transport.harmless import (
    LONGEST_TEXT,
    MOST_VALUES,
    harmless,
    plain_text,
)
from custom_components.ev_load_manager.csms.v16 import meter_values
from custom_components.ev_load_manager.csms.v16.texts import LONGEST

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=700)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)


@given(ANY_JSON)
def test_what_was_made_harmless_can_be_written_by_a_strict_writer(value: Any) -> None:
    made = harmless(value, LONGEST)
    assert orjson.loads(orjson.dumps(made)) == made


@given(ANY_TEXT)
def test_a_text_is_one_printable_line_of_bounded_length(text: str) -> None:
    made = plain_text(text)
    assert made.isprintable()
    assert len(made) <= LONGEST_TEXT
    assert plain_text(made) == made


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Garage left", "Garage left"),
        ("Ärger mit Öl ⚡", "Ärger mit Öl ⚡"),
        ("EVB-1\0\0\0", "EVB-1"),
        ("one\r\ntwo\tthree", "one  two three"),
        ("t\ud800", "t\ufffd"),
        ("\ud83d\udd0c"[:1] + "x", "\ufffdx"),
        ("safe\u202egnp.exe", "safe\ufffdgnp.exe"),
        ("\u2066a\u2069", "\ufffda\ufffd"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\u2028b", "a b"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
    ],
)
def test_what_can_not_be_shown_is_replaced(said: str, kept: str) -> None:
    assert plain_text(said) == kept


def test_a_tag_that_was_cut_or_cleaned_is_never_another_tag() -> None:
    known = "04A1B2C3"
    for poisoned in (f"{known}\ud800", f"{known}\u200b", f"\u202e{known}"):
        assert harmless({"idTag": poisoned}, LONGEST)["idTag"] != known
    longest = "x" * LONGEST["idTag"]
    assert harmless({"idTag": longest}, LONGEST)["idTag"] == longest
    assert harmless({"idTag": longest + "x"}, LONGEST)["idTag"] == longest[:-1] + "…"


@pytest.mark.parametrize("name", sorted(LONGEST))
def test_a_field_has_the_length_that_ocpp_gives_it(name: str) -> None:
    assert len(harmless({name: "x" * 10_000}, LONGEST)[name]) == LONGEST[name]


@pytest.mark.parametrize(
    ("told", "kept"),
    [("1e999", None), ("-1e999", None), ("1e300", None), ("9" * 400, None), ("2e9", 2e9)],
)
def test_a_number_that_can_not_be_is_as_good_as_not_told(told: str, kept: float | None) -> None:
    message = messages.parse(f'[2,"1","StopTransaction",{{"transactionId":{told}}}]', LONGEST)
    assert isinstance(message, messages.Call)
    assert message.payload == {"transactionId": kept}


@pytest.mark.parametrize("integer", [2**31, -(2**31) - 1, 1e300, "99999999999", 1.5])
def test_an_integer_has_32_bits(integer: object) -> None:
    assert fields.integer({"transactionId": integer}, "transactionId") is None
    assert fields.integer({"transactionId": 2**31 - 1}, "transactionId") == 2**31 - 1


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "2100-01-01T00:00:00Z",
    ],
)
def test_a_clock_that_shows_what_none_can_show_is_not_set(moment: str) -> None:
    assert fields.timestamp(moment) is None
    assert fields.timestamp("2099-12-31T23:59:59Z") is not None


@pytest.mark.parametrize(
    ("value", "measurand", "unit"),
    [
        ("1e308", "Energy.Active.Import.Register", "MWh"),
        ("1e9", "Current.Import", "A"),
        ("1e6", "Power.Active.Import", "kW"),
        ("-1", "Energy.Active.Import.Register", "Wh"),
        ("65535", "Voltage", "V"),
        ("255", "SoC", "Percent"),
    ],
)
def test_a_value_that_no_charger_can_measure_is_unknown(
    value: str, measurand: str, unit: str
) -> None:
    told = [{"sampledValue": [{"value": value, "measurand": measurand, "unit": unit}]}]
    (sample,) = meter_values.read(told)
    values = sample.values
    assert (
        values.current,
        values.power,
        values.energy,
        values.voltage,
        values.state_of_charge,
    ) == (None,) * 5


def test_a_frame_with_more_in_it_than_anybody_has_to_say_is_refused_under_its_id() -> None:
    stuffed = json.dumps([2, "7", "DataTransfer", {"data": [0] * MOST_VALUES}])
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(stuffed, LONGEST)
    assert failure.value.id == "7"
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(stuffed.replace("[2,", "[3,", 1), LONGEST)
    assert failure.value.id is None


def test_a_frame_that_goes_too_deep_is_refused_under_its_id() -> None:
    deep = '[2,"7","DataTransfer",{"data":' + "[" * 500 + "]" * 500 + "}]"
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(deep, LONGEST)
    assert failure.value.id == "7"


@pytest.mark.parametrize(
    ("frame", "answered"),
    [
        ('[2,"19","Heartbeat",{', "19"),
        (' [ 2 , "19" , "Heartbeat" {}]', "19"),
        ('[2,19,"MeterValues",{"a":NaN}]', 19),
        (b'[2,"19","Heartbeat",{"a":"\xff"}]', "19"),
        ('[2,"a\\"b","Heartbeat",', 'a"b'),
        ('[3,"19",{', None),
        ('[4,"19",', None),
        ('[2,"19', "-1"),
        ("[2", "-1"),
        ('[2,"' + "9" * 300 + '","Heartbeat",{', "-1"),
    ],
)
def test_a_broken_frame_is_answered_under_the_id_that_is_readable(
    frame: str | bytes, answered: object
) -> None:
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(frame, LONGEST)
    assert failure.value.id == answered
