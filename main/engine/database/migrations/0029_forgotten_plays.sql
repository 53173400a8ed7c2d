-- Rows of the play history that came to nothing are forgotten after a while. One that Plex shows again between `read_from`
-- and this moment (epoch seconds) is known all the same: it was dealt with. Null while nothing was forgotten.
ALTER TABLE play_progress ADD COLUMN forgotten_to INTEGER;

CREATE INDEX plays_by_state ON plays (state, reason, changed_at);
