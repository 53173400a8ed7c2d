-- Plays that were seen in Plex's history (or as a mark by hand), and what became of each. Owner: plays/play-store.ts.
CREATE TABLE plays (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- machineIdentifier of the Plex server.
  server TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  -- Epoch seconds, by the clock of the Plex server.
  viewed_at INTEGER NOT NULL,
  -- The rating key; the history key if the row has none.
  item TEXT NOT NULL,
  rating_key TEXT,
  history_key TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL CHECK (source IN ('history', 'hand_mark')),
  scene_id INTEGER,
  state TEXT NOT NULL CHECK (state IN ('seen', 'parked', 'intent', 'applied', 'skipped', 'failed', 'undone')),
  -- Why it is skipped, parked or failed.
  reason TEXT,
  -- Epoch seconds of the row in Stash's play history; set with the intent.
  stash_at INTEGER,
  -- How often Stash's history held that second before our row was taken out again; shows after a crash whether it was.
  undo_from INTEGER,
  run_id INTEGER REFERENCES play_run (id),
  attempts INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  CHECK (state <> 'applied' OR (scene_id IS NOT NULL AND stash_at IS NOT NULL)),
  UNIQUE (server, account_id, viewed_at, item)
) STRICT;

CREATE INDEX plays_open ON plays (server, viewed_at) WHERE state IN ('seen', 'parked', 'intent', 'failed');
CREATE INDEX plays_of_scene ON plays (scene_id, viewed_at) WHERE scene_id IS NOT NULL;
CREATE INDEX plays_of_item ON plays (server, rating_key, account_id);
CREATE INDEX plays_of_history_key ON plays (server, history_key) WHERE history_key <> '';
CREATE INDEX plays_of_run ON plays (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX plays_by_moment ON plays (viewed_at, id);

-- Pulls that wrote something to Stash: what an undo names.
CREATE TABLE play_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at INTEGER NOT NULL
) STRICT;

-- How far the pulls of one Plex server have come.
CREATE TABLE play_progress (
  server TEXT PRIMARY KEY,
  -- "Now" of the setting activity_from: epoch seconds of the first pull, by the clock of the Plex server.
  baseline_at INTEGER,
  -- Epoch seconds up to which the history was read back; 0 for all of it, null before the first pull.
  read_from INTEGER,
  -- Epoch ms of the last pull, and of the last one that looked for plays that arrived late.
  pulled_at INTEGER,
  deep_at INTEGER,
  -- JSON: what the last pull came to.
  report TEXT
) STRICT;

-- Names of accounts as Plex last told them, for display.
CREATE TABLE play_account (
  server TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (server, account_id)
) STRICT;

-- The names in activity_accounts and the accounts they meant when they were chosen: a renamed account stays chosen.
CREATE TABLE play_account_choice (
  server TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  PRIMARY KEY (server, name)
) STRICT;

-- Which scene an item plays, kept for a while after the item is gone. Owner: plays/links.ts.
CREATE TABLE play_link (
  server TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  scene_id INTEGER NOT NULL,
  -- 1: the scene has a file in the item, but another scene writes to it (Plex merged both files into one item).
  rival INTEGER NOT NULL DEFAULT 0,
  -- The file as Plex sees it; empty if not known.
  file TEXT NOT NULL DEFAULT '',
  -- Epoch ms when the item was last known to exist.
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (server, rating_key, scene_id)
) STRICT;

CREATE INDEX play_link_of_scene ON play_link (scene_id);
