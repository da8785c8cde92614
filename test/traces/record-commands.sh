#!/bin/sh
# Records test/traces/commands/*.jsonl: events, inspections and docker commands of small scenes, on a private engine.
# Needs root (the exec watch) and a build. Usage: sh test/traces/record-commands.sh [scene ...]
set -eu
cd "$(dirname "$0")/../.."
engine=/tmp/ct-commands
out=test/traces/commands
mkdir -p "$out"
sh test/engines/installed.sh start "$engine" >/dev/null
trap 'sh test/engines/installed.sh stop "$engine"' EXIT
export DOCKER_HOST="unix://$engine/docker.sock"
docker tag busybox:local busybox:latest

label=com.gitlab.gitlab-runner.job.id
a() { CI_JOB_ID=101 GITLAB_CI=true L="--label $label=101" sh -c "$1"; }
b() { CI_JOB_ID=102 GITLAB_CI=true L="--label $label=102" sh -c "$1"; }
build() { # JOB-FUNCTION TAG WHAT
  "$1" "printf 'FROM busybox\nRUN echo $3 >/env\n' | DOCKER_BUILDKIT=0 docker build -q -t $2 -"
}

foreign_access() {
  a 'docker run -d $L --name wit-build busybox sleep 600'
  b 'docker exec wit-build true'
  b 'docker cp wit-build:/etc/passwd - >/dev/null'
}
own_access() {
  a 'docker run -d $L --name own --health-cmd true --health-interval 1s busybox sleep 600'
  sleep 3
  a 'docker exec own true'
  a 'docker commit own snap:a'
}
network_interference() {
  a 'docker network create goth_default'
  a 'docker run -d $L --name yagna1 --network goth_default busybox sleep 600'
  b 'docker network disconnect -f goth_default yagna1'
  b 'docker network rm goth_default'
}
own_network() {
  a 'docker network create net-101'
  a 'docker run -d $L --name db --network net-101 busybox sleep 600'
  a 'docker network disconnect -f net-101 db'
  a 'docker rm -f db'
  a 'docker network rm net-101'
}
prune() {
  a 'docker create $L --name scraper busybox true'
  b 'docker container prune -f'
}
own_prune() {
  a 'docker create $L --name scraper busybox true'
  a 'docker container prune -f'
}
image_overwrite() {
  build a app:abc123 staging
  a 'docker run -d $L app:abc123 sleep 600'
  build b app:abc123 production
}
own_image() {
  build a app:own one
  build a app:own two
  a 'docker rmi app:own'
}
refused_name() {
  a 'docker run -d $L --name spartan busybox sleep 600'
  b 'docker run -d $L --name spartan busybox sleep 600' || true
}

own_socket() {
  a "docker run -d \$L --name build-101 -v $engine/docker.sock:/var/run/docker.sock busybox sleep 600"
  b 'docker run -d $L --name build-102 -v /tmp:/host busybox sleep 600'
}

for scene in ${*:-foreign_access own_access network_interference own_network prune own_prune image_overwrite own_image refused_name own_socket}; do
  file=$out/$(echo "$scene" | tr _ -).jsonl
  rm -f "$file"
  node bin/crosstalk record "$file" --docker-host "$DOCKER_HOST" &
  recorder=$!
  sleep 3
  "$scene"
  sleep 3
  kill -INT "$recorder"
  wait "$recorder"
  # Commands for other engines of this host are not of this scene.
  others=$(grep '"k":"exec.begin"' "$file" | grep '"engine":"other"' | grep -o '"key":"[^"]*"' || true)
  for other in $others; do grep -vF "$other" "$file" >"$file.new" && mv "$file.new" "$file"; done
  # Neither the host's name nor where this engine keeps its data.
  sed -i "s|$engine/data|/var/lib/docker|g; s|\"name\":\"$(uname -n)\"|\"name\":\"ci-host-1\"|g; s|\"host\":\"$(uname -n)\"|\"host\":\"ci-host-1\"|" "$file"
  docker rm -fv $(docker ps -aq) >/dev/null 2>&1 || true
  docker network prune -f >/dev/null
  docker images --format '{{.Repository}}:{{.Tag}}' | grep -v '^busybox:' | grep -v '<none>' | xargs -r docker rmi -f >/dev/null
  docker image prune -f >/dev/null
done
