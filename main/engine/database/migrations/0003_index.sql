-- The local index of Plex's files, and what people picked where matching was unsure.

CREATE TABLE plex_section (
  id INTEGER PRIMARY KEY,
  -- Counts the listings begun; rows of an older one are swept when a listing ends.
  generation INTEGER NOT NULL DEFAULT 0,
  -- How many items plex_part has of it, kept with every write: counting 400,000 rows would take too long.
  items INTEGER NOT NULL DEFAULT 0,
  -- Of the last complete listing: Plex's state of the library, and when. Null before the first.
  revision TEXT,
  refreshed_at INTEGER
) STRICT;

CREATE TABLE plex_part (
  id INTEGER PRIMARY KEY,
  section_id INTEGER NOT NULL,
  rating_key INTEGER NOT NULL,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL,
  file TEXT NOT NULL,
  path_key TEXT NOT NULL,
  base_key TEXT NOT NULL,
  -- Bytes.
  size INTEGER,
  -- Seconds.
  duration REAL,
  generation INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX plex_part_by_path ON plex_part (path_key, rating_key);
CREATE INDEX plex_part_by_base ON plex_part (base_key, size);
CREATE INDEX plex_part_by_title ON plex_part (title_key);
CREATE INDEX plex_part_by_item ON plex_part (rating_key);
CREATE INDEX plex_part_unseen ON plex_part (section_id, generation);

CREATE TABLE picked_match (
  -- Key of the file's path as Stash sees it.
  path_key TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  rating_key INTEGER NOT NULL,
  picked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rating keys mean nothing on another server: index and picks belong to the one named here.
CREATE TABLE plex_index_owner (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  machine_identifier TEXT NOT NULL
) STRICT;
