-- Collections that scenes are put into, as far as they may get art: where they come from in Stash, whether PlexSync made
-- them, and what it wrote to them. Owner: collections/collection-store.ts.
CREATE TABLE collection (
  -- machineIdentifier of the Plex server, and uuid of the library.
  server TEXT NOT NULL,
  library TEXT NOT NULL,
  -- The name as names are compared, and as it is written.
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Which line of the setting it comes from, and the thing of Stash that gives its art; null for none, such as a rating.
  line INTEGER NOT NULL,
  origin_kind TEXT CHECK (origin_kind IN ('studio', 'group', 'performer', 'tag')),
  origin_id TEXT,
  -- Null until Plex showed it.
  rating_key TEXT,
  -- made: it was not there before our first write. found: it was, and its members decide. foreign: somebody else made it.
  maker TEXT NOT NULL CHECK (maker IN ('made', 'found', 'foreign')),
  -- What was looked at last: texts and image address of the source, and how posters are made.
  stamp TEXT,
  -- Ours as it stands in Plex; null where there is none.
  summary TEXT,
  -- SHA-1 of the poster that was uploaded last; null for none.
  poster TEXT,
  due INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (server, library, name_key)
) STRICT;

CREATE INDEX collection_due ON collection (server) WHERE due = 1;
CREATE INDEX collection_of_origin ON collection (origin_kind, origin_id);
