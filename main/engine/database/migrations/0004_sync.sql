-- What PlexSync knows of each scene: which state of it was handled last, and what came of it.
CREATE TABLE scene_state (
  scene_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL DEFAULT '',
  -- updated_at of Stash as text, exactly as sent: compared for equality only.
  handled_version TEXT NOT NULL,
  handled_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  -- Ids of what the scene carries, JSON {performer:[…], studio:[…], tag:[…], group:[…]}: a destroyed tag can no longer be asked for its scenes.
  carries TEXT NOT NULL DEFAULT '{}',
  -- The cover as last seen, so that an unchanged one costs no transfer.
  cover_etag TEXT NOT NULL DEFAULT '',
  cover_sha1 TEXT NOT NULL DEFAULT '',
  cover_version TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX scene_state_in_step ON scene_state (scene_id) WHERE outcome IN ('synced', 'unchanged');

-- What PlexSync last wrote to each Plex item: the base of the three-way merge.
CREATE TABLE sync_item (
  rating_key INTEGER PRIMARY KEY,
  scene_id INTEGER NOT NULL,
  section_id TEXT NOT NULL,
  file TEXT NOT NULL,
  base TEXT NOT NULL DEFAULT '{}',
  -- The base as it will be after a write that has begun: a crash between the write and its record loses no ownership.
  pending TEXT,
  -- What the last write replaced, for undo; null when there is nothing to take back.
  last_write TEXT,
  kept TEXT NOT NULL DEFAULT '[]',
  written_at INTEGER,
  verified_at INTEGER
) STRICT;

CREATE INDEX sync_item_of_scene ON sync_item (scene_id);
CREATE INDEX sync_item_last_written ON sync_item (written_at);
CREATE INDEX sync_item_unverified ON sync_item (written_at) WHERE verified_at IS NULL AND written_at IS NOT NULL;
