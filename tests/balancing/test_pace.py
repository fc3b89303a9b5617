"""How often limits change: at a charger's pace, and not at all while nothing happens."""

from .bench import Bench, ids, make_site

ONE, TWO, THREE = ids(3)


def test_increases_keep_the_pace_of_commands() -> None:
    bench = Bench(make_site(1, 10.0, rated=32.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_limit("group", 8.0)
    bench.run(1)
    bench.set_limit("group", 16.0)
    bench.run(3)
    assert bench.limits() == [8.0]
    bench.run(1)
    assert bench.limits() == [16.0]


def test_a_charger_that_writes_to_flash_is_raised_once_a_minute() -> None:
    bench = Bench(make_site(1, 10.0, rated=32.0, connector={"increase_interval": 60.0}))
    bench.plug_in(ONE)
    bench.run(100)
    bench.set_limit("group", 8.0)
    bench.run()
    bench.set_limit("group", 16.0)
    bench.run(59)
    assert bench.limits() == [8.0]
    bench.run(1)
    assert bench.limits() == [16.0]


def test_nothing_changes_while_nothing_happens() -> None:
    bench = Bench(make_site(3, 32.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(120)
    before = bench.limits()
    for _ in range(600):
        bench.run(1)
        assert bench.limits() == before


def test_the_loop_may_sleep_until_it_is_told_to_look_again() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE)
    bench.run(40)
    bench.plug_in(TWO)
    bench.run(1)
    assert bench.decision is not None
    assert bench.decision.next_step_at == 40.0 + 0.5 + 12.0
