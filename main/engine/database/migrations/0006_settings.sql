-- Settings that were saved; one that is not here has its default. Secrets are never here: they live where the host keeps
-- secrets. The value is JSON, as it was parsed by the settings table of shared/settings.ts.
CREATE TABLE setting (
  name       TEXT    NOT NULL PRIMARY KEY,
  value      TEXT    NOT NULL,
  updated_at INTEGER NOT NULL                       -- epoch milliseconds
) STRICT, WITHOUT ROWID;
