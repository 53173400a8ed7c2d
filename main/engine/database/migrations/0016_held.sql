-- What a server is waited for although it answers, JSON {code, since, message, trials}; NULL while it can be used.
ALTER TABLE server_state ADD COLUMN held TEXT;
