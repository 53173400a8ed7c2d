-- Which state of each Plex item was last known to need nothing: what Stash wanted, and Plex's stamp of the item.
CREATE TABLE item_in_step (
  rating_key INTEGER PRIMARY KEY,
  -- Hash of the wanted values and of the settings that decide about them.
  wanted TEXT NOT NULL,
  -- Plex's updatedAt, epoch seconds; null from a write until it is verified.
  plex_updated_at INTEGER
) STRICT;

-- How far the sweep has come.
CREATE TABLE sweep (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  -- The latest updated_at of Stash that was seen, as text in Stash's own offset; null before the first sweep.
  newest TEXT,
  -- Epoch ms of the last pass over all ids; null while the baseline is not complete.
  full_at INTEGER,
  -- The scene up to which a pass over all ids has come; 0 while none is under way.
  full_after INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Scenes that the sweep has dealt with though no job has handled that state of them yet: each state is brought up once.
CREATE TABLE sweep_noted (
  scene_id INTEGER PRIMARY KEY,
  version TEXT NOT NULL
) STRICT;

-- Comparisons of the two libraries.
CREATE TABLE reconcile_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope TEXT NOT NULL,
  dry_run INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('manual', 'scheduled')),
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed', 'interrupted')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  -- Time spent on it, without interruptions.
  worked_ms INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  -- Plex's listings were read, so that only items that changed are read one by one.
  plex_listed INTEGER NOT NULL DEFAULT 0,
  -- The scene up to which all is done: where an interrupted run goes on.
  after_scene INTEGER NOT NULL DEFAULT 0,
  scenes_checked INTEGER NOT NULL DEFAULT 0,
  scenes_total INTEGER,
  plex_items INTEGER NOT NULL DEFAULT 0,
  enqueued INTEGER NOT NULL DEFAULT 0,
  already_queued INTEGER NOT NULL DEFAULT 0,
  no_metadata INTEGER NOT NULL DEFAULT 0,
  no_file INTEGER NOT NULL DEFAULT 0,
  stash_requests INTEGER NOT NULL DEFAULT 0,
  plex_requests INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Gaps of the latest run only.
CREATE TABLE reconcile_gap (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  scene_id INTEGER,
  rating_key INTEGER,
  title TEXT NOT NULL,
  path TEXT NOT NULL,
  changes TEXT NOT NULL,
  skipped TEXT,
  enqueued INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX reconcile_gap_by_kind ON reconcile_gap (run_id, kind);
CREATE INDEX reconcile_gap_of_scene ON reconcile_gap (scene_id) WHERE scene_id IS NOT NULL;

-- While a run lasts: Plex's items as listed. The item itself only where it may have changed since it was in step.
CREATE TABLE reconcile_item (
  rating_key INTEGER PRIMARY KEY,
  updated_at INTEGER NOT NULL,
  item TEXT
) STRICT;

-- While a run lasts: rows of plex_part that a scene of Stash has; what is not here is unknown to Stash.
CREATE TABLE reconcile_seen (part_id INTEGER PRIMARY KEY) STRICT;

-- While a run lasts: scenes before after_scene whose items are still to be read.
CREATE TABLE reconcile_open (scene_id INTEGER PRIMARY KEY) STRICT;

-- From when on the scheduled runs are counted.
CREATE TABLE reconcile_schedule (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  counted_from INTEGER NOT NULL
) STRICT;
