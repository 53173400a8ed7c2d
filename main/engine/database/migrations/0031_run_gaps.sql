-- What each comparison found, by kind: the gaps themselves are kept of the latest one only.
ALTER TABLE reconcile_run ADD COLUMN gaps TEXT CHECK (gaps IS NULL OR json_valid(gaps));
