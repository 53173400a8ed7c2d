-- Long work that is watched, such as a sync of all scenes, and where it continues after a restart.
CREATE TABLE task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER,
  started_at INTEGER NOT NULL,                      -- epoch milliseconds, as all times here
  finished_at INTEGER,
  request TEXT,                                     -- JSON; null where the task cannot continue after a restart
  memo TEXT,                                        -- JSON: how far it came
  result TEXT,                                      -- JSON
  problem TEXT,                                     -- JSON of code and message
  seen_at INTEGER NOT NULL,                         -- when the process that runs it last said so
  cancel_asked INTEGER NOT NULL DEFAULT 0           -- by another process
) STRICT;

CREATE INDEX task_running ON task (state) WHERE state IN ('running', 'interrupted');
