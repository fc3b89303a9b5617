"""What a charger sees of the questions of a central system, whatever they ask."""

from simulation.charger.wire import Wire


def test_a_second_question_waits_for_the_answer_to_the_first_or_for_five_seconds() -> None:
    wire = Wire()
    assert wire.heard("a", "GetVariables", 100.0) == []
    assert wire.heard("b", "Reset", 103.0)
    assert wire.heard("c", "SetChargingProfile", 108.5) == []
    for id_ in "abc":
        wire.answered(f'[3,"{id_}",{{}}]', 108.5)
    assert wire.heard("d", "Reset", 108.6) == []
    wire.opened()
    assert wire.heard("e", "Reset", 108.7) == []


def test_cuts_come_while_a_charger_is_silent_and_everything_else_waits_for_each_of_them() -> None:
    wire = Wire()
    assert wire.heard("a", "SetChargingProfile", 100.0) == []
    assert wire.heard("b", "SetChargingProfile", 102.0)
    wire.answered('[3,"b",{}]', 102.0)
    assert wire.heard("c", "SetChargingProfile", 105.0) == []
    assert wire.heard("d", "SetChargingProfile", 105.0) == []
    assert wire.heard("e", "RemoteStopTransaction", 109.0) == []
    assert wire.heard("f", "TriggerMessage", 113.0)
    for id_ in "acdef":
        wire.answered(f'[3,"{id_}",{{}}]', 113.0)
    assert wire.heard("g", "SetChargingProfile", 114.0) == []
    assert wire.heard("h", "SetChargingProfile", 118.0)


def test_questions_that_have_piled_up_unread_were_asked_nobody_knows_when() -> None:
    wire = Wire()
    wire.read_again(100.0)
    assert wire.heard("a", "GetVariables", 100.0) == []
    assert wire.heard("b", "SetChargingProfile", 100.0) == []
    for id_ in "ab":
        wire.answered(f'[3,"{id_}",{{}}]', 100.0)
    assert wire.heard("c", "Reset", 105.0) == []
    assert wire.heard("d", "Reset", 106.0)


def test_ids_of_messages_are_short_and_new() -> None:
    wire = Wire()
    assert wire.heard("x" * 37, "Reset", 0.0)
    assert wire.heard("a", "Reset", 10.0) == []
    wire.opened()
    assert wire.heard("a", "Reset", 20.0)


def test_a_cut_that_has_waited_for_five_seconds_comes_whatever_was_asked_since() -> None:
    """Two were wanted at once, behind something that was answered after a second."""
    wire = Wire()
    wire.heard("a", "GetVariables", 100.0)
    wire.answered('[3,"a",{}]', 101.0)
    assert wire.heard("b", "SetChargingProfile", 101.0) == []
    assert wire.heard("c", "SetChargingProfile", 105.0) == []
    # It is the silence that a cut does not wait for: nothing else comes beside the first one.
    assert wire.heard("d", "TriggerMessage", 105.0)


def test_a_cut_had_its_turn_while_nothing_was_asked() -> None:
    wire = Wire()
    wire.heard("a", "GetVariables", 100.0)
    wire.answered('[3,"a",{}]', 101.0)
    wire.heard("b", "GetVariables", 103.0)
    assert wire.heard("c", "SetChargingProfile", 106.0)
    # Nor does what was asked on another socket count.
    wire.opened()
    wire.heard("d", "GetVariables", 106.1)
    assert wire.heard("e", "SetChargingProfile", 108.0)
