-- Bytes of the file, of Stash where it is missing in Plex and of Plex where no scene has it: equal ones are likely the same film.
ALTER TABLE reconcile_gap ADD COLUMN size INTEGER;
