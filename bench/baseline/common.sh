# Shared by the baselines. Run in a whole submission's folder, with the project's name in COMPOSE_PROJECT_NAME, and in
# PORT_8080, PORT_8081 and COPY_PORT free ports for what the Compose file publishes.
set -eu
open=""

# up <project> [options of docker compose]: starts a stack and waits until it is healthy
up() {
  local project=$1
  shift
  open="$open $project"
  docker compose -p "$project" "$@" up -d --wait
}

# remove <project>: takes a stack away with its volumes and the images that were built for it
remove() {
  open=" ${open//"$1"/} "
  docker compose -p "$1" down -v -t 0 --rmi local
}

finish() {
  for project in $open; do remove "$project"; done
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

passed() { echo "passed: $1"; }

fail() {
  echo "FAILED: $1"
  exit 1
}

# equal <what> <found> <expected>
equal() { [ "$2" = "$3" ] || fail "$1: found $2, expected $3"; }

# contains <what> <text> <part>
contains() { case $2 in *"$3"*) ;; *) fail "$1: found $2, expected $3 in it" ;; esac }

# ask <curl's arguments>: the body of an answer below 400, asked for again for up to 10 s
ask() {
  local end=$((SECONDS + 10))
  until curl -fsS --max-time 5 "$@"; do
    [ $SECONDS -lt $end ] || fail "no answer to $*"
    sleep 0.1
  done 2>/dev/null
}

# field <name>: the value of one field of the JSON object on stdin
field() { sed -E "s/.*\"$1\": ?\"?([^,\"}]*).*/\1/"; }

# token: a value that nobody can know
token() { echo "v$RANDOM$RANDOM$RANDOM"; }
