-- Loaded once, before the database listens; the pause stands for the rows.
CREATE TABLE goods (name text);
SELECT pg_sleep(3);
