-- The mark that PlexSync may write to Plex (promise 9 of docs/reliability.md): at most one row, never removed.
CREATE TABLE consent (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  given_at INTEGER NOT NULL,                        -- epoch milliseconds
  given_by TEXT NOT NULL CHECK (given_by IN ('setup', 'configuration', 'upgrade')),
  -- 1: "future changes only" was chosen, and nothing has asked for the whole library since.
  only_new INTEGER NOT NULL DEFAULT 0 CHECK (only_new IN (0, 1))
) STRICT;

-- A folder that has written or worked before this mark existed goes on as it did.
INSERT INTO consent (only_row, given_at, given_by)
  SELECT 1, CAST(unixepoch('subsec') * 1000 AS INTEGER), 'upgrade'
  WHERE EXISTS (SELECT 1 FROM sync_item WHERE written_at IS NOT NULL)
     OR EXISTS (SELECT 1 FROM job WHERE finished_at IS NOT NULL);

-- Which of plex_url, plex_token and stash_url were last stored by a command instead of by the window.
CREATE TABLE setting_by_command (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- 1: a person asked for this very scene, so it may be written before the setup is finished.
ALTER TABLE job ADD COLUMN explicit INTEGER NOT NULL DEFAULT 0;

-- `claim` and `nextDueAt` before the setup is finished: never touches the changes that are kept.
CREATE INDEX job_due_explicit ON job (due_at) WHERE state = 'waiting' AND explicit = 1;
