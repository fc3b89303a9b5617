"""The tables of the session book, and how an older book becomes one of today.

Integers are UTC seconds and Wh; prices are millionths of a currency's unit per kWh, so that
costs, in billionths (`nano`), are whole numbers without any rounding. A quarter hour is its
`seconds // 900`. What a charger told never changes: triggers see to that. What follows from it
(energy, quarter hours, months, costs) is kept beside it, and can be worked out anew.
"""

import sqlite3
from typing import Final

APPLICATION_ID: Final = 0x45564C4D
"""Marks a file as a session book ("EVLM"), so that no other program's is taken for one."""

_FIRST: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    evse_id TEXT,
    gone_at INTEGER
) STRICT;

-- Which outlet of which charger served which place, and when.
CREATE TABLE outlet (
    id INTEGER PRIMARY KEY,
    charger TEXT NOT NULL,
    connector INTEGER NOT NULL,
    serial TEXT,
    place_id INTEGER NOT NULL REFERENCES place,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER
) STRICT;
CREATE UNIQUE INDEX outlet_now ON outlet (charger, connector) WHERE to_ts IS NULL;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'driver' CHECK (kind IN ('driver', 'group', 'guest')),
    ref TEXT,
    ha_user_id TEXT,
    budget_wh INTEGER,
    over_budget TEXT NOT NULL DEFAULT 'warn' CHECK (over_budget IN ('warn', 'refuse')),
    erased_at INTEGER
) STRICT;

CREATE TABLE card (
    id INTEGER PRIMARY KEY,
    tag_key TEXT UNIQUE,
    tag TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    vehicle TEXT NOT NULL DEFAULT ''
) STRICT;

-- Whose a card was, from a moment up to another (or until now).
CREATE TABLE card_use (
    id INTEGER PRIMARY KEY,
    card_id INTEGER NOT NULL REFERENCES card,
    person_id INTEGER NOT NULL REFERENCES person,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER,
    CHECK (to_ts IS NULL OR to_ts > from_ts)
) STRICT;
CREATE INDEX card_use_card ON card_use (card_id, from_ts);

CREATE TABLE tariff (
    id INTEGER PRIMARY KEY,
    applies TEXT NOT NULL CHECK (applies IN ('all', 'place', 'person')),
    applies_to INTEGER,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER,
    currency TEXT NOT NULL,
    micro INTEGER,
    entity_id TEXT,
    add_micro INTEGER NOT NULL DEFAULT 0,
    hour_micro INTEGER NOT NULL DEFAULT 0,
    session_micro INTEGER NOT NULL DEFAULT 0,
    vat_ppm INTEGER,
    -- Whether its prices are without that tax.
    net INTEGER NOT NULL DEFAULT 0,
    CHECK ((micro IS NULL) <> (entity_id IS NULL)),
    CHECK ((applies = 'all') = (applies_to IS NULL))
) STRICT;

-- What an entity told, by quarter hour; what it did not tell has no row.
CREATE TABLE price (
    entity_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    micro INTEGER NOT NULL,
    PRIMARY KEY (entity_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    once BLOB NOT NULL UNIQUE,
    outlet_id INTEGER NOT NULL REFERENCES outlet,
    place_id INTEGER NOT NULL REFERENCES place,
    tx_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    zone TEXT NOT NULL,
    -- As told.
    told_start TEXT,
    told_wh_start REAL,
    told_stop TEXT,
    told_wh_stop REAL,
    told_flags INTEGER NOT NULL,
    reason TEXT,
    stop_tag TEXT,
    auth TEXT,
    -- On our clock.
    start_ts INTEGER NOT NULL,
    end_ts INTEGER,
    -- What follows, and what an administrator made of it.
    wh INTEGER,
    eff_wh INTEGER,
    flags INTEGER NOT NULL DEFAULT 0,
    card_id INTEGER REFERENCES card,
    person_id INTEGER REFERENCES person,
    person_name TEXT,
    nano INTEGER,
    currency TEXT,
    spans TEXT,
    max_w INTEGER,
    max_ma INTEGER,
    phases INTEGER,
    note TEXT,
    rev INTEGER NOT NULL DEFAULT 0,
    -- Its marks are gone: nothing that is told from now on changes it.
    settled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX session_outlet ON session (outlet_id, start_ts);
CREATE UNIQUE INDEX session_open ON session (outlet_id) WHERE end_ts IS NULL;
CREATE INDEX session_person ON session (person_id, start_ts) WHERE person_id IS NOT NULL;

-- What sessions were doing, in words that come again and again.
CREATE TABLE state (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Registers told in a session: the first and last of each quarter hour, until it is settled.
CREATE TABLE mark (
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at REAL NOT NULL,
    wh REAL NOT NULL,
    PRIMARY KEY (session_id, at)
) STRICT, WITHOUT ROWID;

-- Energy by quarter hour, counted from the one in which the session began; none: 0 Wh.
CREATE TABLE part (
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    n INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    tariff_id INTEGER,
    nano INTEGER,
    PRIMARY KEY (session_id, n)
) STRICT, WITHOUT ROWID;

-- A session's part of a month of its own time zone, as yyyymm. It has some in no other months
-- than those of its time, which is how they are found without an index.
CREATE TABLE share (
    month INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    nano INTEGER NOT NULL,
    unpriced_wh INTEGER NOT NULL,
    PRIMARY KEY (month, session_id)
) STRICT, WITHOUT ROWID;

-- One stretch in which an outlet's meter counted up.
CREATE TABLE register (
    id INTEGER PRIMARY KEY,
    outlet_id INTEGER NOT NULL REFERENCES outlet,
    meter_serial TEXT,
    public_key TEXT,
    from_ts INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX register_outlet ON register (outlet_id, from_ts);
CREATE TABLE reading (
    register_id INTEGER NOT NULL REFERENCES register,
    at INTEGER NOT NULL,
    wh REAL NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (register_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    session_id INTEGER NOT NULL REFERENCES session,
    sha256 BLOB NOT NULL,
    context TEXT NOT NULL,
    at INTEGER,
    message TEXT NOT NULL,
    meta TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (session_id, sha256, context)
) STRICT;

-- Ends that fit no session: kept, for people to look at.
CREATE TABLE loose_end (
    charger TEXT NOT NULL,
    tx_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    told_wh REAL,
    reason TEXT,
    tag TEXT,
    PRIMARY KEY (charger, tx_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session,
    at INTEGER NOT NULL,
    user_id TEXT,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX revision_session ON revision (session_id);

CREATE TABLE statement (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    period TEXT NOT NULL,
    scope TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    UNIQUE (number, version)
) STRICT;

CREATE TRIGGER share_goes AFTER DELETE ON session
BEGIN DELETE FROM share WHERE session_id = OLD.id AND month IN (
    WITH RECURSIVE day(at) AS (
        SELECT OLD.start_ts - 5270400 UNION ALL
        SELECT at + 1209600 FROM day WHERE at < coalesce(OLD.end_ts, OLD.start_ts) + 5270400)
    SELECT cast(strftime('%Y%m', at, 'unixepoch') AS INTEGER) FROM day); END;

CREATE VIEW quarter AS
    SELECT part.session_id, session.start_ts / 900 + part.n AS slot,
        part.wh, part.quality, part.tariff_id, part.nano
    FROM part JOIN session ON session.id = part.session_id;

-- Told things stay. Only who is forgotten takes a card's name along.
CREATE TRIGGER told_stays BEFORE UPDATE OF
    once, outlet_id, told_start, told_wh_start, told_stop, told_wh_stop, tag, stop_tag ON session
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL AND (
    NEW.once IS NOT OLD.once OR NEW.outlet_id IS NOT OLD.outlet_id
    OR NEW.told_start IS NOT OLD.told_start OR NEW.told_wh_start IS NOT OLD.told_wh_start
    OR NEW.tag IS NOT OLD.tag
    OR (OLD.told_stop IS NOT NULL AND NEW.told_stop IS NOT OLD.told_stop)
    OR (OLD.told_wh_stop IS NOT NULL AND NEW.told_wh_stop IS NOT OLD.told_wh_stop)
    OR (OLD.stop_tag IS NOT NULL AND NEW.stop_tag IS NOT OLD.stop_tag))
BEGIN SELECT RAISE(ABORT, 'what a charger told never changes'); END;
CREATE TRIGGER session_stays BEFORE DELETE ON session
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL
BEGIN SELECT RAISE(ABORT, 'a session is voided, not deleted'); END;
CREATE TRIGGER evidence_stays BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence never changes'); END;
CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL
BEGIN SELECT RAISE(ABORT, 'evidence is kept'); END;
CREATE TRIGGER revision_stays BEFORE UPDATE ON revision
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER revision_is_kept BEFORE DELETE ON revision
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL
BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;
CREATE TRIGGER statement_stays BEFORE UPDATE ON statement
BEGIN SELECT RAISE(ABORT, 'a statement is frozen'); END;
CREATE TRIGGER statement_is_kept BEFORE DELETE ON statement
WHEN (SELECT value FROM meta WHERE name = 'erasing') IS NULL
BEGIN SELECT RAISE(ABORT, 'statements are kept'); END;

INSERT INTO meta VALUES ('key', randomblob(32));
"""

_SECOND: Final = """
-- Whose a place is: they may pause there, whoever charges.
ALTER TABLE place ADD COLUMN person_id INTEGER REFERENCES person;
-- Whether people named it themselves; else it is called what its charger is called.
ALTER TABLE place ADD COLUMN own_name INTEGER NOT NULL DEFAULT 0;
-- Sessions whose hours have changed since somebody was told, by whose they were then and are now.
CREATE TABLE touched (
    session_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    not_before INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER session_changed AFTER UPDATE OF eff_wh, nano, person_id, flags ON session
WHEN (SELECT value FROM meta WHERE name = 'marking') IS NOT NULL AND (
    NEW.eff_wh IS NOT OLD.eff_wh OR NEW.nano IS NOT OLD.nano
    OR NEW.person_id IS NOT OLD.person_id OR (NEW.flags & 4096) <> (OLD.flags & 4096))
BEGIN
    INSERT OR REPLACE INTO touched VALUES (NEW.id, coalesce(NEW.person_id, 0), 0);
    INSERT OR REPLACE INTO touched VALUES (NEW.id, coalesce(OLD.person_id, 0), 0);
END;
-- What sessions came to that are kept no longer.
CREATE TABLE gone (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    nano INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_user ON person (ha_user_id) WHERE ha_user_id IS NOT NULL;
"""

_THIRD: Final = """
-- Which group a driver was in, from a moment up to another (or until now).
CREATE TABLE member (
    person_id INTEGER NOT NULL REFERENCES person,
    group_id INTEGER NOT NULL REFERENCES person,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER,
    PRIMARY KEY (person_id, from_ts),
    CHECK (person_id <> group_id)
) STRICT, WITHOUT ROWID;
"""

_FOURTH: Final = """
-- Records of OCPI as they were handed on, so that what is corrected later can be credited.
CREATE TABLE cdr (
    cdr_id TEXT PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    month INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cdr_session ON cdr (session_id);
CREATE INDEX cdr_month ON cdr (month, session_id);
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""What makes a book of version n one of n + 1; each is carried out as a whole or not at all."""
VERSION: Final = len(MIGRATIONS)


class Unusable(Exception):
    """A file that can't be the book; `kind` says why, in one word."""

    def __init__(self, kind: str, detail: str = "") -> None:
        """`kind`: newer, foreign or corrupt."""
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind


def version_of(connection: sqlite3.Connection, newest: int = VERSION) -> int:
    """Which version of the book a file is, 0 for an empty one; changes nothing.

    Raises Unusable for what is not to be touched.
    """
    (marked,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if marked != APPLICATION_ID and (tables or version):
        raise Unusable("foreign", f"application {marked:#x}")
    if version > newest:
        raise Unusable("newer", f"version {version}")
    return int(version)


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring a book up to date, and make one of an empty file; raises Unusable."""
    version = version_of(connection, len(steps))
    for number, step in enumerate(steps[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _statements(step):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def _statements(script: str) -> list[str]:
    """The statements of a script; a trigger's own semicolons do not part it."""
    found: list[str] = []
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            found.append(text)
            text = ""
    return found
