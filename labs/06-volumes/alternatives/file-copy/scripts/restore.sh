#!/bin/sh
# Puts the files back before the database starts for the first time.
set -eu
cd /var/lib/postgresql/data
find . -mindepth 1 -delete
tar -xpf /backups/data.tar
cp /backups/backup_label .
chown -R postgres:postgres .
