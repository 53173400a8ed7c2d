-- Items with fields that are locked in Plex and not by this installation: how many of them have the value that would be
-- written, and how many another one. Noted whenever an item is read whole while preserve_plex_edits is on.
CREATE TABLE unknown_lock (
  rating_key INTEGER PRIMARY KEY,
  equal INTEGER NOT NULL,
  differing INTEGER NOT NULL
) STRICT;
