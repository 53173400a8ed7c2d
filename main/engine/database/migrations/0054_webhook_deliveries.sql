-- Ids of signed webhooks came as the keys of a table: each of them wrote a page somewhere in it. Now those of one commit are
-- one row at the end, and what is known is looked up in memory.
CREATE TABLE webhook_deliveries (
  id      INTEGER NOT NULL PRIMARY KEY,
  seen_at INTEGER NOT NULL,
  -- A JSON list.
  ids     TEXT    NOT NULL
) STRICT;

INSERT INTO webhook_deliveries (seen_at, ids) SELECT seen_at, json_group_array(id) FROM webhook_ids GROUP BY seen_at ORDER BY seen_at;

DROP TABLE webhook_ids;
