#!/bin/sh
# Copies PostgreSQL's files while it runs, between the two calls that make such a copy usable.
set -eu
rm -f /backups/*
psql -h db -U counter -v ON_ERROR_STOP=1 -At counter <<'SQL'
SELECT 'started' FROM pg_backup_start('copy', true);
\! tar -C /var/lib/postgresql/data --exclude=postmaster.pid --exclude='./pg_wal/*' -cf /backups/data.tar .
\o /backups/backup_label
SELECT labelfile FROM pg_backup_stop(false);
SQL
tar -C /var/lib/postgresql/data -rf /backups/data.tar ./pg_wal
