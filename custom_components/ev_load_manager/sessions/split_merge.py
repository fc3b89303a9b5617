"""One session made two, and two made one: cars that were swapped, and chargers that told a session in pieces.

What was told stays where it was told; who did it, when and why is a revision of both. No Wh comes
or goes. What is split or merged is settled: what a charger tells of it later is kept as evidence
and changes nothing.
"""

from hashlib import blake2b
import sqlite3
from typing import Final, NamedTuple

from . import spans
from .completeness import Flag
from .corrections import CorrectionError, once_of, revise
from .outcome import edits_of, kept_quarters, work_out, write_kept
from .prices import half_up
from .quarters import QUARTER, Quarter, quarters
from .recorder import uid_of
from .register import Reading, most_that_flows
from .told import Span

_COPIED: Final = "outlet_id, place_id, tx_id, tag, zone, told_flags, reason, stop_tag, auth, flags"


class _Session(NamedTuple):
    id: int
    outlet: int
    start: int
    end: int | None
    register: float | None
    register_stop: float | None
    wh: int | None
    flags: int
    spans: str | None


def split(
    connection: sqlite3.Connection, uid: str, at: int, *, user_id: str | None, why: str, now: int
) -> str:
    """Make two sessions of one that is over: what came from `at` (UTC seconds) on is another's.

    Returns the other's uid; it has no registers, because nobody told any. Raises CorrectionError.
    """
    session = _over(connection, uid, why)
    if session.end is None or not session.start < at < session.end:
        raise CorrectionError("out_of_order")
    _settle(connection, session)
    earlier, later = _parted(kept_quarters(connection, session.id, session.start), session, at)
    known = spans.kept(connection, session.spans, session.start)
    once = _name(connection, uid, at, session)
    found = connection.execute(
        f"""INSERT INTO session (once, start_ts, end_ts, settled, {_COPIED})
        SELECT ?, ?, end_ts, 1, {_COPIED} FROM session WHERE id = ?""",  # noqa: S608
        (once, at, session.id),
    ).lastrowid
    other = int(found or 0)
    connection.execute("UPDATE session SET end_ts = ? WHERE id = ?", (at, session.id))
    spans.keep(connection, session.id, [one for one in known if one.at < at], session.start)
    spans.keep(connection, other, _from(known, at), at)
    _take_back_wh(connection, session, user_id=user_id, why=why, now=now)
    for one, start, kept in ((session.id, session.start, earlier), (other, at, later)):
        write_kept(connection, one, start, kept, known=session.wh is not None)
    revise(connection, session.id, "split", session.end, at, user_id=user_id, why=why, at=now)
    revise(connection, other, "split", None, uid, user_id=user_id, why=why, at=now)
    _take_over_person(connection, session.id, other)
    work_out(connection, session.id)
    work_out(connection, other)
    return uid_of(once)


def merge(
    connection: sqlite3.Connection,
    uid: str,
    other_uid: str,
    *,
    user_id: str | None,
    why: str,
    now: int,
) -> None:
    """Make one session of two of an outlet that are over: the earlier goes on to the end of the later.

    What its register rose by between them is the session's, too, where that can have flowed. The
    later is void from then on, and holds nothing. Raises CorrectionError.
    """
    first, second = sorted(
        (_over(connection, uid, why), _over(connection, other_uid, why)), key=lambda one: one.start
    )
    if first.id == second.id or first.outlet != second.outlet:
        raise CorrectionError("other_outlet")
    if (first.flags | second.flags) & Flag.VOID:
        raise CorrectionError("is_void")
    assert first.end is not None
    assert second.end is not None
    for one in (first, second):
        _settle(connection, one)
        _take_back_wh(connection, one, user_id=user_id, why=why, now=now)
    pieces = [
        *kept_quarters(connection, first.id, first.start),
        *_between(first, second),
        *kept_quarters(connection, second.id, second.start),
    ]
    known = first.wh is not None or second.wh is not None
    write_kept(connection, first.id, first.start, _joined(pieces), known=known)
    write_kept(connection, second.id, second.start, [], known=True)
    connection.execute(
        "UPDATE session SET end_ts = ? WHERE id = ?", (max(first.end, second.end), first.id)
    )
    spans.keep(
        connection,
        first.id,
        spans.joined(
            spans.kept(connection, first.spans, first.start),
            spans.kept(connection, second.spans, second.start),
        ),
        first.start,
    )
    connection.execute(
        "UPDATE session SET flags = flags | ? WHERE id = ?", (int(Flag.VOID), second.id)
    )
    uids = dict(
        connection.execute(
            "SELECT id, once FROM session WHERE id IN (?, ?)", (first.id, second.id)
        ).fetchall()
    )
    names = uid_of(uids[first.id]), uid_of(uids[second.id])
    revise(connection, first.id, "merge", first.end, names[1], user_id=user_id, why=why, at=now)
    revise(connection, second.id, "merge", second.wh, names[0], user_id=user_id, why=why, at=now)
    work_out(connection, first.id)
    work_out(connection, second.id)


def _over(connection: sqlite3.Connection, uid: str, why: str) -> _Session:
    """A session that is over."""
    if not why.strip():
        raise CorrectionError("no_reason")
    row = connection.execute(
        """SELECT id, outlet_id, start_ts, end_ts, told_wh_start, told_wh_stop, eff_wh, flags, spans
        FROM session WHERE once = ?""",
        (once_of(uid),),
    ).fetchone()
    if row is None:
        raise CorrectionError("no_session")
    session = _Session(*row)
    if session.end is None:
        raise CorrectionError("not_over")
    return session


def _settle(connection: sqlite3.Connection, session: _Session) -> None:
    connection.execute("DELETE FROM mark WHERE session_id = ?", (session.id,))
    connection.execute("UPDATE session SET settled = 1 WHERE id = ?", (session.id,))


def _take_back_wh(
    connection: sqlite3.Connection, session: _Session, *, user_id: str | None, why: str, now: int
) -> None:
    """An energy that somebody said is in its quarter hours; it was said of another session."""
    if edits_of(connection, session.id).get("wh") is not None:
        revise(connection, session.id, "wh", session.wh, None, user_id=user_id, why=why, at=now)


def _parted(
    found: list[Quarter], session: _Session, at: int
) -> tuple[list[Quarter], list[Quarter]]:
    """Quarter hours before and from a moment; that in which it lies is parted by time."""
    slot = at // QUARTER
    earlier = [one for one in found if one.slot < slot]
    later = [one for one in found if one.slot > slot]
    for one in found:
        if one.slot == slot:
            begins = max(session.start, slot * QUARTER)
            ends = min(session.end or at, (slot + 1) * QUARTER)
            before = half_up(one.wh * (at - begins), max(1, ends - begins))
            earlier.append(Quarter(slot, before, estimated=True))
            later.insert(0, Quarter(slot, one.wh - before, estimated=True))
    return [one for one in earlier if one.wh], [one for one in later if one.wh]


def _between(first: _Session, second: _Session) -> list[Quarter]:
    """What flowed between two sessions, by the registers that were told."""
    if first.register_stop is None or second.register is None or first.end is None:
        return []
    gap = second.register - first.register_stop
    if not 0 < gap <= most_that_flows(second.start - first.end):
        return []
    points = [Reading(first.end, 0.0), Reading(max(second.start, first.end + 1), gap)]
    return [one._replace(estimated=True) for one in quarters(points)]


def _joined(pieces: list[Quarter]) -> list[Quarter]:
    found: dict[int, Quarter] = {}
    for one in pieces:
        known = found.get(one.slot)
        found[one.slot] = (
            one
            if known is None
            else Quarter(one.slot, known.wh + one.wh, known.estimated or one.estimated)
        )
    return [found[slot] for slot in sorted(found)]


def _from(known: list[Span], at: int) -> list[Span]:
    """What a session did from a moment on."""
    before = [one for one in known if one.at <= at]
    return [*(one._replace(at=at) for one in before[-1:]), *(one for one in known if one.at > at)]


def _name(connection: sqlite3.Connection, uid: str, at: int, session: _Session) -> bytes:
    """What the later part is called: as no session that a charger tells."""
    (key,) = connection.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
    said = f"split {uid} {at} {session.end}".encode()
    return blake2b(said, digest_size=16, key=key).digest()


def _take_over_person(connection: sqlite3.Connection, one: int, other: int) -> None:
    connection.execute(
        """UPDATE session SET (person_id, person_name, card_id) =
        (SELECT person_id, person_name, card_id FROM session WHERE id = ?) WHERE id = ?""",
        (one, other),
    )
