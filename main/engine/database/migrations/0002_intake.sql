-- Ids of the signed webhooks of the last 24 hours: a delivery that comes twice makes one job, also across a restart.
-- No index by age: each remembered id would pay for it, and forgetting walks the table bit by bit instead.
CREATE TABLE webhook_ids (
  id      TEXT    NOT NULL PRIMARY KEY,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
