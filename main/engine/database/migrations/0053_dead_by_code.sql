-- Dead letters by cause: status and windows count them at every change, and there may be as many as scenes.
CREATE INDEX job_dead_code ON job (code, kind, finished_at) WHERE state = 'dead';
