-- The state database: what lies between two stages of a night, in tables that a person can look at.
-- Times are milliseconds since 1970-01-01T00:00Z by the CRM's clock, dates are days since 1970-01-01.
-- Everything here can be rebuilt from the CRM but approvals, history and the base values that undo needs.

CREATE TABLE account (              -- who each configured CRM was at first contact; another one is refused
    crm TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    label TEXT NOT NULL,
    time_zone TEXT,
    first_push_run INTEGER          -- the first run that wrote; NULL until then: tier dates stay empty in it
) STRICT;

CREATE TABLE run (                  -- one night, or one undo
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('night', 'undo')),
    stage TEXT NOT NULL CHECK (stage IN ('opened', 'pulled', 'scored', 'planned', 'pushing', 'pushed')),
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'blocked', 'closed')),
    as_of INTEGER NOT NULL,         -- pinned when the row is made
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    undo_of INTEGER REFERENCES run (id),
    rules TEXT,                     -- hash of the rulesets the run scored with; run_rules has them one by one
    plan_hash TEXT,
    plan_records INTEGER,           -- records in the plan
    approved INTEGER,               -- `push --approve N`: the most records a person let through
    counts TEXT NOT NULL DEFAULT '{}',  -- JSON: read, scored, changed, written, refused, conflicts, calls …
    reason TEXT                     -- why it is blocked or closed, for people
) STRICT;

CREATE TABLE ruleset (              -- every version that was ever approved or used, whole
    text_hash TEXT PRIMARY KEY,
    score_hash TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE ruleset_list (         -- list files of a version, as they were; its text hash covers them
    text_hash TEXT NOT NULL REFERENCES ruleset (text_hash),
    path TEXT NOT NULL,             -- as the rule file writes it
    body TEXT NOT NULL,
    PRIMARY KEY (text_hash, path)
) STRICT;

CREATE TABLE run_rules (            -- the versions that a run scored with, in the order of the configuration
    run INTEGER NOT NULL REFERENCES run (id),
    place INTEGER NOT NULL,
    text_hash TEXT NOT NULL REFERENCES ruleset (text_hash),
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (             -- in force for a file: its newest one that is not withdrawn and not past its date
    id INTEGER PRIMARY KEY,
    file TEXT,                      -- as the configuration names it; NULL, made before there were several: the first
    score_hash TEXT NOT NULL,
    text_hash TEXT NOT NULL REFERENCES ruleset (text_hash),
    approved_ms INTEGER NOT NULL,
    until INTEGER,                  -- last date on which it counts
    expected INTEGER NOT NULL,      -- records whose score, grade or tier changed in the preview
    withdrawn_run INTEGER REFERENCES run (id)
) STRICT;

CREATE TABLE checkpoint (           -- where the reading of one object stands
    crm TEXT NOT NULL,
    object TEXT NOT NULL,
    watermark_ms INTEGER,           -- NULL until a pull reached its end
    request TEXT NOT NULL,          -- hash of the properties asked for: another set means reading all again
    pulling INTEGER NOT NULL,       -- 1 while a pull is under way
    mode TEXT NOT NULL CHECK (mode IN ('all', 'changes')),
    since_ms INTEGER NOT NULL,
    position TEXT NOT NULL,
    began_ms INTEGER NOT NULL,      -- server time before this pull's first page: the next watermark
    pull INTEGER NOT NULL,          -- counts the pulls that were begun; record.seen refers to it
    PRIMARY KEY (crm, object)
) STRICT, WITHOUT ROWID;

-- record and result have rows of some kilobytes, which a table WITHOUT ROWID would spread over extra
-- pages; their long texts come last, so that what looks at marks and numbers never reads them.
CREATE TABLE record (
    crm TEXT NOT NULL,
    object TEXT NOT NULL,
    id TEXT NOT NULL,
    dirty INTEGER NOT NULL,         -- 1: to be scored; companies are never scored and stay 0
    gone INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL,          -- the last pull that met it; a full pull marks the others gone
    stamp_ms INTEGER NOT NULL,      -- only from reads that brought all inputs
    input_hash TEXT NOT NULL,
    known INTEGER NOT NULL,         -- fields that are known
    lost INTEGER NOT NULL DEFAULT 0,-- fields that were known since the last accepted run and are not now
    lost_names TEXT,                -- which ones, a line each
    company_id TEXT,
    owner TEXT,
    email TEXT,
    label TEXT,
    owned TEXT NOT NULL,            -- JSON {name:text or null}: what the CRM holds in our own fields
    inputs TEXT NOT NULL,           -- JSON: {"fields":{name:text},"signals":[…]}
    PRIMARY KEY (crm, object, id)
) STRICT;
CREATE INDEX record_company ON record (crm, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX record_email ON record (email) WHERE email IS NOT NULL;
CREATE INDEX record_dirty ON record (crm, object, id) WHERE dirty = 1;

CREATE TABLE result (               -- the newest score of a person, and the one last accepted (base_…)
    crm TEXT NOT NULL,
    id TEXT NOT NULL,
    rules TEXT NOT NULL,            -- hash of the score hashes of all active files
    words TEXT,                     -- hash of what the texts were made from: files and languages
    profile TEXT,                   -- name of the file whose result this is; NULL: none applies
    effective_hash TEXT NOT NULL,   -- person's and company's inputs together
    as_of INTEGER NOT NULL,
    score INTEGER NOT NULL,
    fit INTEGER NOT NULL,           -- this, engagement and coverage: -1 in the points model, which has none
    engagement INTEGER NOT NULL,
    coverage INTEGER NOT NULL,
    grade TEXT NOT NULL,
    tier TEXT NOT NULL,
    reach TEXT NOT NULL,
    moves_with_time INTEGER NOT NULL,
    tier_since_ms INTEGER,
    previous_tier TEXT,
    call_by_ms INTEGER,
    written_ms INTEGER,             -- last write to this record
    refused TEXT,                   -- hash of wanted values that the CRM refused: not sent again as they are
    refused_reason TEXT,
    base_score INTEGER,             -- NULL until a run that held this record was accepted
    base_grade TEXT,
    base_tier TEXT,
    base_rules TEXT,
    base_hash TEXT,
    base_tier_since_ms INTEGER,
    base_previous_tier TEXT,
    base_call_by_ms INTEGER,
    summary TEXT NOT NULL,
    reasons TEXT NOT NULL,
    lines TEXT NOT NULL,            -- JSON: the reasons with kind, id, points, own points
    PRIMARY KEY (crm, id)
) STRICT;

CREATE TABLE history (              -- a row whenever score, grade or tier changed
    crm TEXT NOT NULL,
    id TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    rules TEXT NOT NULL,
    score INTEGER NOT NULL,
    grade TEXT NOT NULL,
    tier TEXT NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (crm, id, as_of)
) STRICT, WITHOUT ROWID;

CREATE TABLE owned_field (          -- the only fields that may ever be written
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    run INTEGER NOT NULL REFERENCES run (id),
    crm TEXT NOT NULL,
    object TEXT NOT NULL,
    id TEXT NOT NULL,
    field TEXT NOT NULL REFERENCES owned_field (name),
    base TEXT,                      -- what the CRM held; NULL: empty
    want TEXT,                      -- NULL: clear
    state TEXT NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'inflight', 'done', 'refused', 'conflict', 'superseded', 'gone')),
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    PRIMARY KEY (run, crm, object, id, field)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_one_write ON outbox (crm, object, id, field) WHERE state IN ('planned', 'inflight');

-- What was settled stays as it is, and what is on its way does not change under our feet.
CREATE TRIGGER outbox_terminal BEFORE UPDATE ON outbox
WHEN old.state NOT IN ('planned', 'inflight')
BEGIN SELECT raise(ABORT, 'a settled outbox row was changed'); END;
CREATE TRIGGER outbox_frozen BEFORE UPDATE OF run, crm, object, id, field, base, want ON outbox
BEGIN SELECT raise(ABORT, 'the content of an outbox row was changed'); END;
