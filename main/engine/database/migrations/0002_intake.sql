-- Ids of the signed webhooks of the last 24 hours: a delivery that comes twice makes one job, also across a restart.
CREATE TABLE webhook_ids (
  id      TEXT    NOT NULL PRIMARY KEY,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For forgetting the oldest first.
CREATE INDEX webhook_ids_by_age ON webhook_ids (seen_at);
