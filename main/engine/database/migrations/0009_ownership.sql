-- What PlexSync knows of an item belongs to the file in it: a restored or rebuilt Plex gives a rating key to another film.
-- Bytes and seconds of the file; NULL where they were not known.
ALTER TABLE sync_item ADD COLUMN size INTEGER;
ALTER TABLE sync_item ADD COLUMN duration REAL;
-- Values that Plex refused, JSON {field: the refused value as text}: they are not sent again until they change.
ALTER TABLE sync_item ADD COLUMN refused TEXT NOT NULL DEFAULT '{}';

UPDATE sync_item SET (size, duration) = (
  SELECT size, duration FROM plex_part WHERE plex_part.rating_key = sync_item.rating_key AND plex_part.file = sync_item.file
);

-- Which scene wrote a file, wherever Plex has it by now.
CREATE INDEX sync_item_of_file ON sync_item (file);
CREATE INDEX sync_item_of_size ON sync_item (size);

ALTER TABLE item_in_step ADD COLUMN file TEXT;

-- A pick remembers the file of Plex that it was made for. One of an earlier release whose item is not in the index has
-- none: nothing is written by it, and the user is asked once.
ALTER TABLE picked_match ADD COLUMN scene_id INTEGER;
ALTER TABLE picked_match ADD COLUMN plex_file TEXT;
ALTER TABLE picked_match ADD COLUMN size INTEGER;
ALTER TABLE picked_match ADD COLUMN duration REAL;

UPDATE picked_match SET (plex_file, size, duration) = (
  SELECT file, size, duration FROM plex_part WHERE plex_part.rating_key = picked_match.rating_key ORDER BY id LIMIT 1
);

CREATE INDEX picked_match_of_scene ON picked_match (scene_id, size) WHERE scene_id IS NOT NULL;

-- One vocabulary for what came of a scene's state.
CREATE TABLE scene_state_checked (
  scene_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL DEFAULT '',
  -- updated_at of Stash as text, exactly as sent: compared for equality only.
  handled_version TEXT NOT NULL,
  handled_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('synced', 'unchanged', 'filtered', 'skipped', 'dead', 'missing', 'baseline')),
  carries TEXT NOT NULL DEFAULT '{}',
  cover_etag TEXT NOT NULL DEFAULT '',
  cover_sha1 TEXT NOT NULL DEFAULT '',
  cover_version TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO scene_state_checked
SELECT scene_id, title, handled_version, handled_at,
  CASE WHEN outcome IN ('synced', 'unchanged', 'filtered', 'dead', 'baseline') THEN outcome ELSE 'skipped' END,
  carries, cover_etag, cover_sha1, cover_version
FROM scene_state;

DROP TABLE scene_state;
ALTER TABLE scene_state_checked RENAME TO scene_state;
CREATE INDEX scene_state_in_sync ON scene_state (scene_id) WHERE outcome IN ('synced', 'unchanged');
