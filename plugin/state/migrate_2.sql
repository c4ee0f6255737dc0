-- From schema 1 to 2: several rule files. Columns are added at the end, which their order in a table does not matter for.
CREATE TABLE ruleset_list (
    text_hash TEXT NOT NULL REFERENCES ruleset (text_hash),
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (text_hash, path)
) STRICT;

CREATE TABLE run_rules (
    run INTEGER NOT NULL REFERENCES run (id),
    place INTEGER NOT NULL,
    text_hash TEXT NOT NULL REFERENCES ruleset (text_hash),
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
INSERT INTO run_rules SELECT id, 0, rules FROM run WHERE rules IN (SELECT text_hash FROM ruleset);
ALTER TABLE approval ADD COLUMN file TEXT;
ALTER TABLE result ADD COLUMN words TEXT;
ALTER TABLE result ADD COLUMN profile TEXT;
-- One file scored everybody until now; what it is called stands in the last run that scored.
UPDATE result SET profile = (SELECT name FROM ruleset WHERE score_hash = result.rules LIMIT 1);
