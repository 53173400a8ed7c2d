-- The queue and its history are one table: a job is waiting, claimed, dead, or ended in one of the outcomes of
-- shared/domain.ts. All times are epoch milliseconds.
CREATE TABLE job (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT    NOT NULL,
  subject_id   INTEGER NOT NULL,                    -- scene, performer, studio, tag or group in Stash
  state        TEXT    NOT NULL DEFAULT 'waiting',
  fields       TEXT,                                -- JSON array of changed field names; NULL: unknown, so all
  origin       TEXT    NOT NULL,
  force        INTEGER NOT NULL DEFAULT 0,
  events       INTEGER NOT NULL DEFAULT 1,          -- how many events were merged into it
  attempts     INTEGER NOT NULL DEFAULT 0,          -- failed tries that count against max_retries
  misses       INTEGER NOT NULL DEFAULT 0,          -- tries that found no item in Plex
  received_at  INTEGER NOT NULL,                    -- its first event
  burst_at     INTEGER NOT NULL,                    -- first event since the last try; caps the debounce
  scheduled_at INTEGER NOT NULL,                    -- when due_at or lease_until was worked out; shows a clock set back
  due_at       INTEGER NOT NULL,
  lease_token  TEXT,
  lease_until  INTEGER,
  finished_at  INTEGER,                             -- also of dead letters: when it failed for good
  code         TEXT,                                -- of shared/errors.ts, of the last failure
  title        TEXT    NOT NULL DEFAULT '',
  detail       TEXT    NOT NULL DEFAULT '',
  path         TEXT,
  candidates   TEXT,                                -- JSON, items that a person may choose from
  report       TEXT,                                -- JSON, what was matched and written
  CHECK ((state = 'claimed') = (lease_token IS NOT NULL)),
  CHECK ((state IN ('waiting', 'claimed')) = (finished_at IS NULL))
) STRICT;

-- At most one waiting and one claimed job per subject; `enqueue` merges on it, `claim` passes over subjects in progress.
CREATE UNIQUE INDEX job_live ON job (state, kind, subject_id) WHERE finished_at IS NULL;

-- At most one dead letter per subject.
CREATE UNIQUE INDEX job_dead ON job (kind, subject_id) WHERE state = 'dead';

-- `claim` and `nextDueAt`: never touches what is finished, however much of it there is.
CREATE INDEX job_due ON job (due_at) WHERE state = 'waiting';

-- The history by outcome: `trim`, the activity view and its totals, the rate of the last minutes.
CREATE INDEX job_history ON job (state, finished_at) WHERE finished_at IS NOT NULL;

-- The story of one subject, in runs of 4,096 jobs: why and how in queue/jobs-of-subject.ts.
CREATE INDEX job_of_subject ON job (id >> 12, subject_id);

-- When and why each try of a job failed.
CREATE TABLE job_attempt (
  id      INTEGER PRIMARY KEY,
  job_id  INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  at      INTEGER NOT NULL,
  code    TEXT    NOT NULL,
  message TEXT    NOT NULL
) STRICT;

CREATE INDEX job_attempt_of_job ON job_attempt (job_id);
