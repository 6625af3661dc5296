#!/usr/bin/env bash
# Lab 07 by hand: the questions of labs/07-bridge-networks/checks.ts.
. "$(dirname "$0")/common.sh"
main=$COMPOSE_PROJECT_NAME
copy=$main-copy

# travel <project> <port>: a value goes through the proxy into the database, another one comes back
travel() {
  local key value other back stored
  key=$(token) value=$(token) other=$(token) back=$(token)
  equal "stored" "$(ask -X PUT -d "$value" "http://127.0.0.1:$2/values/$key" | field value)" "$value"
  stored=$(docker compose -p "$1" exec -T db sh -c "redis-cli GET $key; redis-cli SET $other $back")
  contains "in the database" "$stored" "$value"
  equal "read back" "$(ask "http://127.0.0.1:$2/values/$other" | field value)" "$back"
  last=$key
}

up "$main"
passed stack-settled

travel "$main" "$PORT_8080"
passed round-trip

# One inspect for the addresses, the networks and the ports of all three.
facts=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}{{range $name, $net := .NetworkSettings.Networks}} {{$name}}={{$net.IPAddress}}{{end}} ports={{range $port, $bound := .NetworkSettings.Ports}}{{range $bound}}{{.HostIp}}:{{.HostPort}}>{{$port}},{{end}}{{end}}' $(docker compose ps -q))
line() { echo "$facts" | grep "^$1 "; }
networks() { line "$1" | tr ' ' '\n' | sed -n "s/^\(${main}_[^=]*\)=.*/\1/p"; }
address=$(line db | sed -E "s/.*${main}_[^=]*=([0-9.]+).*/\1/")

names=$(docker compose exec -T api sh -c "getent hosts db; getent hosts database; bash -c '</dev/tcp/$address/6379' && bash -c '</dev/tcp/db/6379' && echo connected")
equal "addresses of db and database" "$(echo "$names" | awk '/^[0-9]/ {printf "%s ", $1}')" "$address $address "
contains "api's way to the database" "$names" connected
passed names

hidden=$(docker compose exec -T proxy sh -c "getent hosts db database; for host in db $address; do timeout 1 bash -c \"</dev/tcp/\$host/6379\" 2>/dev/null && echo connected; done; cat /proc/net/route")
case $hidden in *"$address"*) fail "the proxy knows the database's name" ;; esac
passed db-name-hidden
case $hidden in *connected*) fail "the proxy reaches the database" ;; esac
passed db-unreachable

echo "$hidden" | awk '$2 == "00000000" {found = 1} END {exit !found}' || fail "the proxy has no way out"
docker compose exec -T db cat /proc/net/route | awk '$2 == "00000000" {exit 1}' || fail "the database has a way out"
passed db-no-way-out

model=$(docker compose config)
equal "published ports in the file" "$(echo "$model" | grep -c 'published:')" 1
equal "doors" "$(echo "$facts" | sed -n 's/.*ports=\(..*\)/\1/p')" "127.0.0.1:$PORT_8080>80/tcp,"
passed one-door

equal "networks of api" "$(networks api | sort)" "$( (networks proxy; networks db) | sort)"
equal "number of networks of api" "$(networks api | wc -l)" 2
passed api-networks

if echo "$model" | grep -Eq '(ipv4_address|ipv6_address|links|extra_hosts|container_name):|: (10|172|192)\.[0-9.]+'; then
  fail "something depends on fixed addresses"
fi
passed no-fixed-addresses

cat >other-subnets.yaml <<'YAML'
networks:
  front: {ipam: {config: [{subnet: 10.99.71.0/24}]}}
  back: {ipam: {config: [{subnet: 10.99.72.0/24}]}}
YAML
PORT_8080=$COPY_PORT up "$copy" -f compose.yaml -f other-subnets.yaml
travel "$copy" "$COPY_PORT"
equal "the copy's value in the first stack" \
  "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT_8080/values/$last")" 404
remove "$copy"
passed second-copy

remove "$main"
