"""What is a message, what is none, and what is answered to it."""

import json

import pytest

from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.v16.texts import LONGEST


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "{",
        "[2,",
        "[" * 100_000,
        "[2," + "9" * 5000 + "]",
        '[2,"1","Heartbeat",{"a":NaN}]',
        b"\xff\xfe\xfd",
        '"text"',
        "17",
        "null",
        "{}",
        "[]",
        '["2","1","Heartbeat",{}]',
        '[2,{},"Heartbeat",{}]',
        '[2,true,"Heartbeat",{}]',
        '[2,"' + "x" * 256 + '","Heartbeat",{}]',
    ],
)
def test_what_is_no_message_is_answered_to_nobody_in_particular(frame: str | bytes) -> None:
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(frame, LONGEST)
    assert failure.value.code in ("RpcFrameworkError", "MessageTypeNotSupported")
    assert failure.value.id in ("-1", "1")


@pytest.mark.parametrize(
    "frame",
    ['[2,"7"]', '[2,"7","Heartbeat"]', '[2,"7",5,{}]', '[2,"7","Heartbeat",[]]', '[9,"7"]'],
)
def test_a_malformed_call_is_answered_under_its_id(frame: str) -> None:
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(frame, LONGEST)
    assert failure.value.id == "7"


@pytest.mark.parametrize("frame", ["[3]", "[4]", "[3,null,{}]", "[4,[]]"])
def test_a_malformed_answer_is_never_answered(frame: str) -> None:
    with pytest.raises(messages.FrameError) as failure:
        messages.parse(frame, LONGEST)
    assert failure.value.id is None


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ('[2,"1","Heartbeat",{}]', messages.Call("1", "Heartbeat", {})),
        (b'[2,"1","Heartbeat",{}]', messages.Call("1", "Heartbeat", {})),
        ('[2,12,"Heartbeat",null,"more"]', messages.Call(12, "Heartbeat", {})),
        ('[3,"1",{"a":1}]', messages.CallResult("1", {"a": 1})),
        ('[3,"1"]', messages.CallResult("1", {})),
        ('[3,"1",[]]', messages.CallResult("1", None)),
        ('[4,"1","NotSupported","no",{}]', messages.CallFailure("1", "NotSupported", "no")),
        ('[4,"1"]', messages.CallFailure("1", "", "")),
    ],
)
def test_sloppy_messages_are_understood(frame: str | bytes, message: messages.Message) -> None:
    assert messages.parse(frame, LONGEST) == message


def test_an_error_says_no_more_than_255_characters() -> None:
    assert json.loads(messages.call_error("1", "InternalError", "x" * 300))[3] == "x" * 255
