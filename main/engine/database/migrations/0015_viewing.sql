-- What was last seen of the owner's own state of an item in Plex. Owner: plays/viewing-store.ts.
CREATE TABLE item_viewing (
  server TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  -- For marks by hand: the view count, and how many history rows of the owner explained it. Null before the baseline.
  view_count INTEGER,
  rows_seen INTEGER,
  -- For resume points: the point (ms) and the date of the view that were dealt with last.
  view_offset INTEGER,
  viewed_at INTEGER,
  -- For ratings: 0 to 10; null if not rated or before the baseline.
  rating REAL,
  PRIMARY KEY (server, rating_key)
) STRICT;

-- When a kind was read for the first time (baseline) and last, epoch seconds by the clock of the Plex server.
CREATE TABLE viewing_progress (
  server TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('resume', 'rating', 'hand_mark')),
  baseline_at INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  -- Epoch ms of the last look at our own values one by one.
  checked_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (server, kind)
) STRICT;

-- Resume points and ratings that were written to Stash, with the value they replaced.
CREATE TABLE viewing_write (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL REFERENCES play_run (id),
  kind TEXT NOT NULL CHECK (kind IN ('resume', 'rating')),
  server TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  scene_id INTEGER NOT NULL,
  -- Seconds for resume points, 1 to 100 for ratings; null: not rated.
  before REAL,
  after REAL,
  state TEXT NOT NULL CHECK (state IN ('intent', 'applied', 'undone', 'lost')),
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX viewing_write_of_scene ON viewing_write (kind, scene_id, id);
CREATE INDEX viewing_write_of_run ON viewing_write (run_id);
