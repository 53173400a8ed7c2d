-- Scenes as the last full comparison read them, so that those that have not changed are not read from Stash again.
CREATE TABLE compared_scene (
  scene_id INTEGER PRIMARY KEY,
  -- updated_at as Stash sent it.
  version TEXT NOT NULL,
  -- Paths and sizes of its files, hashed.
  files_key TEXT NOT NULL,
  file_count INTEGER NOT NULL,
  -- Which optional fields were read.
  fields TEXT NOT NULL,
  -- The scene as JSON, deflated.
  content BLOB NOT NULL
) STRICT;

-- Stash's time when the last full comparison began, as Stash writes stamps: files with a newer one are looked at.
CREATE TABLE compared_files (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  until_at TEXT NOT NULL
) STRICT;
