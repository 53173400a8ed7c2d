-- Tasks that a schedule begins again and again: of each kind only the latest one is kept.
ALTER TABLE task ADD COLUMN routine INTEGER NOT NULL DEFAULT 0;
