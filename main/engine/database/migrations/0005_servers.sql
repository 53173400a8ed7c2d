-- Circuit breaker and pause of each server; survives restarts.
CREATE TABLE server_state (
  server TEXT PRIMARY KEY CHECK (server IN ('plex', 'stash')),
  circuit TEXT NOT NULL DEFAULT 'closed' CHECK (circuit IN ('closed', 'open', 'half_open')),
  failures INTEGER NOT NULL DEFAULT 0,
  first_failure_at INTEGER,
  opened_at INTEGER,
  probes INTEGER NOT NULL DEFAULT 0,
  closed_at INTEGER,
  auth_refused_at INTEGER,
  -- What a request line to this server takes of a summary; null while nothing is known against long ones.
  summary_bytes INTEGER,
  first_seen_at INTEGER
) STRICT;

CREATE TABLE outage (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server TEXT NOT NULL CHECK (server IN ('plex', 'stash')),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  jobs_delayed INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX outage_ongoing ON outage (server) WHERE ended_at IS NULL;

-- What makes this installation one: Plex announces each unknown client identifier as a new device.
CREATE TABLE installation (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  client_identifier TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
