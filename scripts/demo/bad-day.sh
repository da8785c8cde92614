#!/bin/sh
# The bad day that the demo replays: CI jobs of a small shop on one shared engine, about four minutes long.
# Run it against a private engine with the image busybox:local while `crosstalk record` writes:
#   DOCKER_HOST=unix:///path/docker.sock sh scripts/demo/bad-day.sh
# Containers are named and labelled as a GitLab runner and a GitHub runner do it; what goes wrong really happens.
set -u
IMG=busybox:local
G=com.gitlab.gitlab-runner

# gitlab_labels JOB PROJECT PIPELINE REF TYPE
gitlab_labels() {
  printf -- '--label %s.job.id=%s --label %s.project.id=%s --label %s.pipeline.id=%s --label %s.job.ref=%s --label %s.type=%s ' \
    $G "$1" $G "$2" $G "$3" $G "$4" $G "$5"
  printf -- '--label %s.managed=true --label %s.runner.id=Xy7_kQ2aB --label %s.job.url=https://gitlab.example/shop/p%s/-/jobs/%s' \
    $G $G $G "$2" "$1"
}

# gitlab_begin JOB PROJECT PIPELINE REF SLOT HEX [docker options …]: network-less job as the docker executor starts it
gitlab_begin() {
  job=$1 project=$2 pipeline=$3 ref=$4 slot=$5 hex=$6
  shift 6
  base=runner-xy7kq2ab-project-$project-concurrent-$slot-$hex
  # shellcheck disable=SC2046
  docker run -d $(gitlab_labels "$job" "$project" "$pipeline" "$ref" service) --name "$base-postgres-0" $IMG sleep 900 >/dev/null
  # shellcheck disable=SC2046
  docker run -d $(gitlab_labels "$job" "$project" "$pipeline" "$ref" build) \
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

docker network create --label c3f261 warmup >/dev/null && docker network rm warmup >/dev/null

echo "morning: quiet builds"
gitlab_begin 4711 11 900 main 0 00aa11bb22cc33d1
github_begin 4f0c2a9be1d24b7f8d3a6c5e9b1f0a27
sleep 8
gitlab_end 11 0 00aa11bb22cc33d1
sleep 4
github_end 4f0c2a9be1d24b7f8d3a6c5e9b1f0a27

echo "two jobs share a volume, and one binds a path of its own container"
gitlab_begin 4712 11 901 main 0 00aa11bb22cc33d2 -v shop-builds:/builds
gitlab_begin 4713 12 902 feature/cart 1 00aa11bb22cc33d3
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4712 11 901 main step) -v maven-repo:/root/.m2 --name maven-4712 $IMG sleep 900 >/dev/null
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4713 12 902 feature/cart step) -v maven-repo:/root/.m2 --name maven-4713 $IMG sleep 900 >/dev/null
# shellcheck disable=SC2046
docker run --rm $(gitlab_labels 4712 11 901 main step) -v /builds/shop/api:/src --name lint-4712 $IMG ls /src >/dev/null
sleep 10

echo "both want host port 5432"
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4712 11 901 main step) -p 5432:5432 --name pg-4712 $IMG sleep 900 >/dev/null
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4713 12 902 feature/cart step) -p 5432:5432 --name pg-4713 $IMG sleep 900 >/dev/null 2>&1
sleep 8

echo "4713 removes the container db of 4712 and takes its name"
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4712 11 901 main step) --name db $IMG sleep 900 >/dev/null
sleep 6
docker rm -f db >/dev/null
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4713 12 902 feature/cart step) --name db $IMG sleep 900 >/dev/null
sleep 8
docker rm -f maven-4712 pg-4712 >/dev/null 2>&1
sleep 3
docker rm -f maven-4713 pg-4713 db >/dev/null 2>&1
sleep 3
gitlab_end 11 0 00aa11bb22cc33d2
gitlab_end 12 1 00aa11bb22cc33d3

echo "noon: memory runs out in one job"
gitlab_begin 4714 11 903 main 0 00aa11bb22cc33d4
# shellcheck disable=SC2046
docker run $(gitlab_labels 4714 11 903 main step) -m 24m --memory-swap 24m --name webpack-4714 $IMG tail /dev/zero >/dev/null 2>&1
sleep 5
gitlab_end 11 0 00aa11bb22cc33d4

echo "afternoon: three jobs, and 4717 cleans up the host"
gitlab_begin 4715 11 904 main 0 00aa11bb22cc33d5
gitlab_begin 4716 12 905 feature/cart 1 00aa11bb22cc33d6
gitlab_begin 4717 13 906 main 2 00aa11bb22cc33d7
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4715 11 904 main step) --name selenium $IMG sleep 900 >/dev/null
sleep 12
# shellcheck disable=SC2046
docker rm -f $(docker ps -aq) >/dev/null
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4717 13 906 main step) --name selenium $IMG sleep 900 >/dev/null
sleep 10
docker rm -f selenium >/dev/null

echo "evening: a cancelled job leaves its database behind"
gitlab_begin 4718 12 907 feature/cart 1 00aa11bb22cc33d8
# shellcheck disable=SC2046
docker run -d $(gitlab_labels 4718 12 907 feature/cart step) --name mysql $IMG sleep 900 >/dev/null
sleep 6
gitlab_end 12 1 00aa11bb22cc33d8
gitlab_begin 4719 11 908 main 0 00aa11bb22cc33d9
sleep 6
