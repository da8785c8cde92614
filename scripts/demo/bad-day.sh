#!/bin/sh
# The bad day that the demo replays: CI jobs of a small shop on one shared engine. scripts/demo/record.sh records it.
# Alone, against an engine with the image busybox:local on which nothing of yours runs (one job removes everything):
#   DOCKER_HOST=unix:///path/docker.sock sh scripts/demo/bad-day.sh
# Containers are named and labelled as a GitLab runner and a GitHub runner do it; what a script starts itself has the
# one label that docs/presets.md asks for. What goes wrong really happens.
set -u
IMG=busybox:local
G=com.gitlab.gitlab-runner

# later MINUTES: a few seconds, noted in the file PAUSES as the minutes that the recording shall show.
later() {
  sleep 3
  [ -z "${PAUSES:-}" ] || echo "$(date +%s%N) $1" >>"$PAUSES"
  sleep 3
}

# runner_labels JOB PROJECT PIPELINE REF TYPE: what the runner puts on a container that it starts itself
runner_labels() {
  printf -- '--label %s.job.id=%s --label %s.project.id=%s --label %s.pipeline.id=%s --label %s.job.ref=%s --label %s.type=%s ' \
    $G "$1" $G "$2" $G "$3" $G "$4" $G "$5"
  printf -- '--label %s.managed=true --label %s.runner.id=Xy7_kQ2aB --label %s.job.url=https://gitlab.example/shop/p%s/-/jobs/%s' \
    $G $G $G "$2" "$1"
}

# gitlab_begin JOB PROJECT PIPELINE REF SLOT HEX [docker options …]: service and build container of a job
gitlab_begin() {
  job=$1 project=$2 pipeline=$3 ref=$4 slot=$5 hex=$6
  shift 6
  base=runner-xy7kq2ab-project-$project-concurrent-$slot-$hex
  # shellcheck disable=SC2046
  docker run -d $(runner_labels "$job" "$project" "$pipeline" "$ref" service) --name "$base-postgres-0" $IMG sleep 900 >/dev/null
  # shellcheck disable=SC2046
  docker run -d $(runner_labels "$job" "$project" "$pipeline" "$ref" build) \
    -v "runner-0f1e2d3c4b5a69788796a5b4c3d2e1f$slot-cache-3c3f060a0374fc8bc39395164f415a70:/cache" "$@" \
    --name "$base-build" $IMG sleep 900 >/dev/null
}

# gitlab_end PROJECT SLOT HEX: the runner's own teardown
gitlab_end() {
  base=runner-xy7kq2ab-project-$1-concurrent-$2-$3
  for what in build postgres-0; do
    docker network disconnect -f bridge "$base-$what" >/dev/null 2>&1
    docker rm -fv "$base-$what" >/dev/null 2>&1
  done
}

# script_run JOB NAME [docker options …]: a container that a job's own script starts
script_run() {
  job=$1 name=$2
  shift 2
  docker run -d --label $G.job.id="$job" --name "$name" "$@" $IMG sleep 900 >/dev/null 2>&1
}

github_begin() { # HEX
  net=github_network_$1
  docker network create --label c3f261 "$net" >/dev/null
  docker run -d --label c3f261 --network "$net" -e GITHUB_ACTIONS=true -e CI=true -v /tmp/_work:/__w \
    --name "${1}_node20_$(echo "$1" | cut -c1-6)" $IMG sleep 900 >/dev/null
}

github_end() { # HEX
  docker rm --force "${1}_node20_$(echo "$1" | cut -c1-6)" >/dev/null 2>&1
  docker network rm "github_network_$1" >/dev/null 2>&1
}

# What was there before the day began.
docker volume create shop-builds >/dev/null
docker volume create maven-repo >/dev/null
later 2

echo "quiet builds"
gitlab_begin 4711 11 900 main 0 00aa11bb22cc33d1
github_begin 4f0c2a9be1d24b7f8d3a6c5e9b1f0a27
later 4
gitlab_end 11 0 00aa11bb22cc33d1
later 1
github_end 4f0c2a9be1d24b7f8d3a6c5e9b1f0a27
later 11

echo "two jobs share a volume, and one binds a path of its own container"
gitlab_begin 4712 11 901 main 0 00aa11bb22cc33d2 -v shop-builds:/builds
gitlab_begin 4713 12 902 feature/cart 1 00aa11bb22cc33d3
script_run 4712 maven-4712 -v maven-repo:/root/.m2
script_run 4713 maven-4713 -v maven-repo:/root/.m2
script_run 4712 lint-4712 -v /builds/shop/api:/src
later 2
docker rm -f lint-4712 >/dev/null

echo "both want host port 5432"
script_run 4712 pg-4712 -p 5432:5432
script_run 4713 pg-4713 -p 5432:5432
later 2

echo "4713 removes the container db of 4712 and takes its name"
script_run 4712 db
later 1
docker rm -f db >/dev/null
script_run 4713 db
later 2

echo "each cleans up what it started"
docker rm -f maven-4712 pg-4712 >/dev/null
later 1
gitlab_end 11 0 00aa11bb22cc33d2
docker rm -f maven-4713 pg-4713 db >/dev/null
later 1
gitlab_end 12 1 00aa11bb22cc33d3
later 14

echo "memory runs out in one job"
gitlab_begin 4714 11 903 main 0 00aa11bb22cc33d4
docker run --label $G.job.id=4714 -m 24m --memory-swap 24m --name webpack-4714 $IMG tail /dev/zero >/dev/null 2>&1
later 1
docker rm webpack-4714 >/dev/null
gitlab_end 11 0 00aa11bb22cc33d4
later 16

echo "4717, on a shell executor, removes everything before it starts"
gitlab_begin 4715 11 904 main 0 00aa11bb22cc33d5
gitlab_begin 4716 12 905 feature/cart 1 00aa11bb22cc33d6
script_run 4715 selenium
later 3
# shellcheck disable=SC2046
docker rm -f $(docker ps -aq) >/dev/null
script_run 4717 selenium
later 4
docker rm -f selenium >/dev/null
later 12

echo "a cancelled job leaves its database behind"
gitlab_begin 4718 12 907 feature/cart 1 00aa11bb22cc33d8
script_run 4718 mysql
later 2
gitlab_end 12 1 00aa11bb22cc33d8
later 41
gitlab_begin 4719 11 908 main 0 00aa11bb22cc33d9
sleep 6
