#!/usr/bin/env bash
# Lab 06 by hand: the questions of labs/06-volumes/checks.ts.
. "$(dirname "$0")/common.sh"
main=$COMPOSE_PROJECT_NAME
counter=http://127.0.0.1:$PORT_8080/count
site=http://127.0.0.1:$PORT_8081

count() { ask "$counter/$1" | field count; }
add() { ask -X POST "$counter/$1" >/dev/null; }

# In the journal's container: who it runs as, one entry, and whether its draft is in /scratch.
journal() {
  docker compose exec -T journal python - "$@" <<'PYTHON'
import json, sys, time
from urllib.error import URLError
from urllib.request import urlopen

def ask(path, body=None):
    for _ in range(50):
        try:
            return json.load(urlopen("http://127.0.0.1:8000" + path, body, timeout=5))
        except URLError:
            time.sleep(0.1)

action, entry = sys.argv[1:]
if action == "write":
    print("entry", ask("/entries", entry.encode())["entry"])
    print("uid", next(line.split()[2] for line in open("/proc/1/status") if line.startswith("Uid")))
    print("kept", entry in open("/var/lib/journal/entries.log").read())
print("draft", ask("/scratch?find=" + entry)["found"])
PYTHON
}

up "$main"
passed stack-settled

started=$(docker compose ps -a --format '{{.Service}} {{.ID}}')
equal "tools that were started" "$(echo "$started" | grep -cE '^(backup|restore) ' || true)" 0
passed tools-on-demand

name=$(token)
equal "a new count" "$(count "$name")" 0
add "$name"
add "$name"
equal "after two requests" "$(count "$name")" 2
passed counter-counts

container() { echo "$started" | sed -n "s/^$1 //p"; }
mounts=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}{{range .Mounts}} {{.Type}}:{{.Name}}:{{.Destination}}:{{.RW}}{{end}} {{json .HostConfig.Tmpfs}}' $(docker compose ps -q))
contains "mounts of db" "$(echo "$mounts" | grep '^db ')" "volume:${main}_db-data:/var/lib/postgresql/data:true"
docker compose exec -T db test -f /var/lib/postgresql/data/postmaster.pid || fail "no cluster in db-data"
passed data-in-named-volume

entry=$(token)
written=$(journal write "$entry")
for service in db journal; do
  if docker diff "$(container "$service")" | grep -E '^[AC] .*/(postmaster.pid|entries.log)$'; then
    fail "$service keeps data in its container's layer"
  fi
done
passed nothing-outside-mounts

echo "$entry" >"site/$entry.txt"
equal "a new page" "$(ask "$site/$entry.txt")" "$entry"
passed site-live

contains "mounts of site" "$(echo "$mounts" | grep '^site ')" ":/usr/share/nginx/html:false"
if docker compose exec -T -u 0 site touch /usr/share/nginx/html/written.txt 2>/dev/null; then
  fail "the site's folder can be written"
fi
passed site-read-only

contains "the journal's answer" "$written" "entry $entry"
contains "the journal's file" "$written" "kept True"
case $written in *"uid 0"*) fail "the journal runs as root" ;; esac
contains "mounts of journal" "$(echo "$mounts" | grep '^journal ')" "volume:${main}_journal-data:/var/lib/journal:true"
passed journal-writes

contains "the draft" "$written" "draft True"
contains "tmpfs of journal" "$(echo "$mounts" | grep '^journal ')" '"/scratch"'
docker compose up -d --wait --no-deps --force-recreate journal
equal "the draft in a new container" "$(journal read "$entry")" "draft False"
passed scratch-forgets

name=$(token)
add "$name"
docker compose down
up "$main"
equal "after down and up" "$(count "$name")" 1
passed survives-down

add "$name"
docker compose down -v -t 0
up "$main"
equal "after down -v" "$(count "$name")" 0
passed wipe-empties

add "$name"
add "$name"
add "$name"
docker compose run --rm backup
add "$name"
docker compose down -v -t 0
docker compose run --rm restore
up "$main"
equal "after restore" "$(count "$name")" 3
passed backup-restores

remove "$main"
