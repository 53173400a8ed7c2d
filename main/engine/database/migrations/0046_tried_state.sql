-- Which state of its scene the last failed try has read: another one is news, and does not wait for the next try.
ALTER TABLE job ADD COLUMN tried_state TEXT;
