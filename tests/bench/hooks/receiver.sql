-- The two tables of our journal that a hook is written to, for receiver.php.
PRAGMA journal_mode = WAL;
CREATE TABLE hook (
    company TEXT NOT NULL, source TEXT NOT NULL, event_id TEXT, event TEXT, subject TEXT,
    version INTEGER NOT NULL, updated_at INTEGER NOT NULL, received_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX hook_event ON hook (company, source, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX hook_age ON hook (company, received_at);
CREATE TABLE task (
    id INTEGER PRIMARY KEY, company TEXT NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,
    UNIQUE (company, request_id, kind)
) STRICT;
CREATE INDEX task_due ON task (company, state, next_at);
