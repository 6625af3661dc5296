#!/bin/bash
# Makes the database cluster at the first start, as the official image does: POSTGRES_USER, _PASSWORD, _DB,
# _INITDB_ARGS, _HOST_AUTH_METHOD (each also as *_FILE), then the files in /docker-entrypoint-initdb.d.
set -Eeuo pipefail
TEMPLATE=/var/lib/postgresql/template

fail() {
  printf 'Error: %s\n' "$@" >&2
  exit 1
}

# from_file NAME [DEFAULT]: NAME is its own value, the content of the file that NAME_FILE names, or DEFAULT.
from_file() {
  local name=$1 file_name="$1_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    fail "both $name and $file_name are set (but are exclusive)"
  fi
  local value=${!name:-${2:-}}
  if [ -n "${!file_name:-}" ]; then value=$(<"${!file_name}"); fi
  export "$name"="$value"
  unset "$file_name"
}

prepare_folders() {
  mkdir -p "$PGDATA" /run/postgresql
  chmod 0700 "$PGDATA" || :
  chmod 3777 /run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" ! -user postgres -exec chown postgres {} +
    find /run/postgresql ! -user postgres -exec chown postgres {} +
  fi
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    fail 'Database is uninitialized and superuser password is not specified.' \
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser,' \
      '       or POSTGRES_HOST_AUTH_METHOD=trust to allow all connections without a password.'
  fi
}

# As initdb would make it, when nothing special is asked for: the cluster made with the image, with the asked names.
# Its numbers (system identifier) are the same in every container.
copy_cluster() {
  local value statements
  for value in "$POSTGRES_USER" "$POSTGRES_PASSWORD" "$POSTGRES_DB"; do
    case "$value" in *[$'\n\\']*) return 1 ;; esac
  done
  [ -z "$POSTGRES_INITDB_ARGS${POSTGRES_INITDB_WALDIR:-}" ] && [ "$LANG" = en_US.utf8 ] || return 1
  [ -d "$TEMPLATE" ] && [ -z "$(ls -A "$PGDATA")" ] || return 1
  (umask 077 && cp -R "$TEMPLATE/." "$PGDATA/") || fail "cannot write to $PGDATA"
  chmod 0700 "$PGDATA"
  statements="UPDATE pg_catalog.pg_authid SET rolname = $(quote "'" "$POSTGRES_USER") WHERE oid = 10;"$'\n\n'
  if [ -n "$POSTGRES_PASSWORD" ]; then
    statements+="ALTER ROLE $(quote '"' "$POSTGRES_USER") PASSWORD $(quote "'" "$POSTGRES_PASSWORD");"$'\n\n'
  fi
  if [ "$POSTGRES_DB" != postgres ]; then statements+="CREATE DATABASE $(quote '"' "$POSTGRES_DB");"$'\n\n'; fi
  local answer
  answer=$(postgres --single -j -O -D "$PGDATA" -c fsync=off -c log_checkpoints=off postgres <<<"$statements" 2>&1)
  if grep -qE 'ERROR:|FATAL:|PANIC:' <<<"$answer"; then fail "$answer"; fi
}

quote() {
  printf '%s%s%s' "$1" "${2//"$1"/"$1$1"}" "$1"
}

make_cluster() {
  local arguments=(--username="$POSTGRES_USER" --no-sync)
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then arguments+=(--waldir="$POSTGRES_INITDB_WALDIR"); fi
  # The caller's arguments are words and quotes as a shell has them.
  eval 'initdb "${arguments[@]}" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") '"$POSTGRES_INITDB_ARGS"
}

allow_hosts() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  : "${method:=$(postgres -C password_encryption)}"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# Answers on the socket only, so that nobody mistakes it for the database being ready.
with_temporary_server() {
  PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses='' -p ${PGPORT:-5432} -c fsync=off" \
    ${1+-o "$*"}
}

query() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" "$@"
}

make_database() {
  [ "$POSTGRES_DB" != postgres ] || return 0
  printf 'CREATE DATABASE :"db";\n' | query --dbname postgres --quiet --set db="$POSTGRES_DB"
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh)
        echo "$0: running $file"
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
      *.sql) echo "$0: running $file" && query --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) echo "$0: running $file" && gunzip -c "$file" | query --dbname "$POSTGRES_DB" ;;
      */'*') ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

main() {
  if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
  local asked=" $* "
  if [ "$1" != postgres ] || [[ $asked =~ \ (--help|--version|--describe-config|-\?|-V|-C)\  ]]; then exec "$@"; fi

  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"

  prepare_folders
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"; fi

  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    require_password
    export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
    local made=copied
    copy_cluster || { made=initialized && make_cluster; }
    allow_hosts
    if [ "$made" = initialized ] || [ -n "$(ls -A /docker-entrypoint-initdb.d)" ]; then
      with_temporary_server "${@:2}"
      if [ "$made" = initialized ]; then make_database; fi
      run_init_files
      PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -m fast -w stop
    fi
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
  exec "$@"
}

main "$@"
