-- What the change probe said last of each kind of thing in Stash.
CREATE TABLE heard_kind (
  kind TEXT PRIMARY KEY CHECK (kind IN ('scene', 'file', 'performer', 'studio', 'tag', 'group')),
  -- How many there are, as far as they are accounted for.
  count INTEGER NOT NULL,
  newest_id TEXT,
  -- updated_at as Stash sent it.
  newest_at TEXT,
  -- The newest stamp was not older than two seconds when it was read, so that it proves nothing.
  young INTEGER NOT NULL,
  -- Ids above it are new.
  highest_id INTEGER NOT NULL
) STRICT;

-- Performers, studios, tags and groups, with what a write can depend on (JSON). A rename that no hook reported is told by it.
CREATE TABLE heard_entity (
  kind TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, entity_id)
) STRICT, WITHOUT ROWID;

-- Paths and sizes of the files that the scene had when it was handled, hashed; '' where not known. A moved file leaves updated_at as it was.
ALTER TABLE scene_state ADD COLUMN files_key TEXT NOT NULL DEFAULT '';

-- The scene as it was read, hashed, where its stamp was not older than two seconds then: it is looked at once more.
ALTER TABLE scene_state ADD COLUMN young_key TEXT;

CREATE INDEX scene_state_young ON scene_state (scene_id) WHERE young_key IS NOT NULL;

-- Until when Stash's clock or time zone is doubted (epoch ms), so that all stamps are read hourly; a stamp written after doubt_since ends it.
ALTER TABLE sweep ADD COLUMN doubt_until INTEGER;
ALTER TABLE sweep ADD COLUMN doubt_since INTEGER;

-- A count moved without a newer stamp: all ids ('ids'), or all files too ('files'), are to be compared.
ALTER TABLE sweep ADD COLUMN census TEXT CHECK (census IN ('ids', 'files'));
