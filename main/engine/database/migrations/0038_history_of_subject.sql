-- Of what is finished only: what waits or is in progress is found by job_live, and a new job writes to one page less.
DROP INDEX job_of_subject;
CREATE INDEX job_of_subject ON job (id >> 12, subject_id) WHERE finished_at IS NOT NULL;
