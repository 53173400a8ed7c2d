-- Written scenes that were found without metadata lately: many at once are a Stash made anew, not an edit.
CREATE TABLE emptied_scene (
  scene_id INTEGER PRIMARY KEY,
  found_at INTEGER NOT NULL                         -- epoch milliseconds
) STRICT;

CREATE INDEX emptied_scene_by_time ON emptied_scene (found_at);
