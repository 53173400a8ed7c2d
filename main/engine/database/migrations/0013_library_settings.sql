-- Settings of one Plex library, by the server's machine identifier and the library's uuid, so that a renamed library keeps
-- them. The value is JSON, as in the table setting.
CREATE TABLE library_setting (
  server     TEXT    NOT NULL,
  library    TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  value      TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,                      -- epoch milliseconds
  PRIMARY KEY (server, library, name)
) STRICT, WITHOUT ROWID;

-- The libraries as Plex listed them last, also of servers that are not in use now: the names of the settings above.
CREATE TABLE known_library (
  server     TEXT NOT NULL,
  library    TEXT NOT NULL,                         -- uuid
  section_id TEXT NOT NULL,
  title      TEXT NOT NULL,
  PRIMARY KEY (server, library)
) STRICT, WITHOUT ROWID;

-- Two switches were replaced by settings that say more; where the successor is stored it wins.
INSERT INTO setting (name, value, updated_at)
  SELECT 'title_sort_format', '"{title}"', updated_at FROM setting WHERE name = 'sync_title_sort' AND value = 'true'
  ON CONFLICT (name) DO NOTHING;
INSERT INTO setting (name, value, updated_at)
  SELECT 'collections', '"parent_studio or studio"', updated_at FROM setting
  WHERE name = 'collection_parent_studio' AND value = 'true'
  ON CONFLICT (name) DO NOTHING;

-- What an option wrote is taken back from now on when it goes off. Sort titles of an option that is off already stay: they
-- are no longer ours.
UPDATE sync_item SET base = json_remove(base, '$.scalars.title_sort')
WHERE json_extract(base, '$.scalars.title_sort') IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM setting WHERE name = 'title_sort_format' AND value <> '""');
UPDATE sync_item SET pending = json_remove(pending, '$.scalars.title_sort')
WHERE pending IS NOT NULL AND json_extract(pending, '$.scalars.title_sort') IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM setting WHERE name = 'title_sort_format' AND value <> '""');

DELETE FROM setting WHERE name IN ('sync_title_sort', 'collection_parent_studio');

-- Under which settings an item was in sync: what differs since then only because a setting changed waits for a rewrite.
CREATE TABLE written_rules (
  id       TEXT NOT NULL PRIMARY KEY,               -- hash of the settings
  settings TEXT NOT NULL                            -- JSON
) STRICT, WITHOUT ROWID;
ALTER TABLE item_in_step ADD COLUMN rules TEXT;
ALTER TABLE reconcile_run ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reconcile_run ADD COLUMN pending_rewrite INTEGER NOT NULL DEFAULT 0;
