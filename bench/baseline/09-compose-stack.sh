#!/usr/bin/env bash
# Lab 09 by hand: the questions of labs/09-compose-stack/checks.ts.
. "$(dirname "$0")/common.sh"
main=$COMPOSE_PROJECT_NAME
copy=$main-copy
proxy=http://127.0.0.1:$PORT_8080

# jobs <batch> <count>: queues jobs, waits until all were done, and prints what the API knows of them
jobs_of() {
  local end=$((SECONDS + 15)) known
  ask -X POST "$proxy/jobs?batch=$1&count=$2" >/dev/null
  while known=$(ask "$proxy/jobs?batch=$1") && [ "$(echo "$known" | grep -o "\"$1-[0-9]*\":" | wc -l)" -lt "$2" ]; do
    [ $SECONDS -lt $end ] || fail "jobs are lost: $known"
    sleep 0.1
  done
  if echo "$known" | grep -Eo "\"$1-[0-9]*\": [0-9]+" | grep -qv ' 1$'; then fail "jobs are repeated: $known"; fi
  echo "$known"
}
workers_of() { sed 's/.*"workers": \[//' | grep -oE '[0-9a-f]{12}' || true; }

up "$main"
passed stack-settled

token=$(token)
equal "the API's answer" "$(ask "$proxy/whoami?token=$token" | field token)" "$token"
ask "$proxy/health" >/dev/null
passed proxy-answers

# One inspect for the times, names and ports of all.
facts=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}} {{.State.FinishedAt}} {{.Name}} {{json .HostConfig.PortBindings}}' $(docker compose ps -aq))
column() { echo "$facts" | awk -v service="$1" -v column="$2" '$1 == service {print $column}' | sort | head -n 1; }
about=$(ask "$proxy/about")
ended=$(column migrate 3)
for service in api worker; do
  [[ $(column "$service" 2) > $ended ]] || fail "$service started before migrate had ended"
done
equal "runs of the migration" "$(echo "$about" | field migration_runs)" 1
passed migration-first

echo "$(echo "$about" | field migrated) $(echo "$about" | field database_started) $(date -d "$(column migrate 2)" +%s.%N) $(date -d "$(column db 2)" +%s.%N)" |
  awk '{begun = $1 - 0.8; slow = $2 > $4 ? $2 - $4 : 0; ready = $2 > $3 ? $2 : $3
        exit !(begun - ready <= 2 + slow / 2 && begun - $2 <= 5 + slow * 3)}' || fail "the migration waited for the clock"
passed no-blind-wait

cat >late.yaml <<'YAML'
services:
  db:
    entrypoint: ["sh", "-c", "sleep 5.3; exec docker-entrypoint.sh postgres"]
YAML
PORT_8080=$COPY_PORT up "$copy" -f compose.yaml -f late.yaml
ask "http://127.0.0.1:$COPY_PORT/health" >/dev/null
remove "$copy"
passed late-database

cat >broken.yaml <<'YAML'
services:
  migrate:
    environment: {BREAK_MIGRATION: "1"}
YAML
if PORT_8080=$COPY_PORT up "$copy" -f compose.yaml -f broken.yaml; then fail "a failed migration is hidden"; fi
states=$(docker compose -p "$copy" ps -a --format '{{.Service}} {{.State}} {{.ExitCode}}')
contains "the migration's end" "$states" "migrate exited 1"
if echo "$states" | grep -E '^(api|worker) ' | grep -v ' created '; then fail "started without a schema"; fi
remove "$copy"
passed failing-migration

replicas=$(echo "$facts" | grep -c '^api ')
[ "$replicas" -ge 2 ] || fail "one container of api"
equal "containers of api that answer" \
  "$(curl -fsS "$proxy/whoami?token=[1-$((10 * replicas))]" | grep -o '"instance": "[^"]*"' | sort -u | wc -l)" "$replicas"
passed requests-spread

for service in api worker; do
  case $(column "$service" 4) in /"$main-$service"-*) ;; *) fail "$service has a fixed name" ;; esac
  case $(column "$service" 5) in '{}' | null) ;; *) fail "$service has a fixed port" ;; esac
done
passed can-be-scaled

note=$(token)
ask -X POST -d "$note" "$proxy/notes/$note" >/dev/null
before=$(docker compose ps -aq | sort)
docker compose up -d --wait
equal "containers after the second up" "$(docker compose ps -aq | sort)" "$before"
equal "the note" "$(ask "$proxy/notes/$note" | field text)" "$note"
equal "the migration" "$(ask "$proxy/about" | field migrated)" "$(echo "$about" | field migrated)"
passed second-up

jobs_of "$(token)" 4 >/dev/null
docker compose up -d --wait --no-deps --no-recreate --scale worker=3 worker
seen=""
for _ in $(seq 20); do
  known=$(jobs_of "$(token)" 12)
  seen=$( (echo "$seen"; echo "$known" | workers_of) | sed '/^$/d' | sort -u)
  [ "$(echo "$seen" | wc -l)" -lt 3 ] || break
done
equal "workers" "$(echo "$seen" | wc -l)" 3
passed jobs-once

note=$(token)
ask -X POST -d "$note" "$proxy/notes/$note" >/dev/null
docker compose restart db
equal "the note after a restart" "$(ask "$proxy/notes/$note" | field text)" "$note"
jobs_of "$(token)" 3 >/dev/null
passed database-restart

remove "$main"
