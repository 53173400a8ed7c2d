-- How jobs ended, per hour of the last 31 days: what the window's charts show without reading the history itself.
CREATE TABLE history_hour (
  -- Hours since 1970.
  hour INTEGER PRIMARY KEY,
  written INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO history_hour (hour, written, unchanged, failed)
SELECT finished_at / 3600000, sum(state = 'synced'), sum(state = 'unchanged'), sum(state = 'dead')
FROM job WHERE finished_at IS NOT NULL AND state IN ('synced', 'unchanged', 'dead')
GROUP BY 1 ORDER BY 1 DESC LIMIT 744;
