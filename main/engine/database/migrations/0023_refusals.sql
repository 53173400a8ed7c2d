-- The longest request line, in bytes, that this server was seen to take after it refused a longer one; NULL while nothing
-- is known against long ones.
ALTER TABLE server_state ADD COLUMN longest_line INTEGER;
UPDATE server_state SET longest_line = 7999 WHERE summary_bytes IS NOT NULL;
ALTER TABLE server_state DROP COLUMN summary_bytes;

-- What a dead letter says, as values for other languages: JSON; NULL where its code and its sentence say everything.
ALTER TABLE job ADD COLUMN reason_values TEXT;
