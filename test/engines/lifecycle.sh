# Starts, stops and kills a private dockerd. Sourced by the recipes (20.10.sh, 28.sh, installed.sh), which
# say where the engine comes from by defining
#   prepare      installs what is missing; needs the network only then
#   hold         becomes a sleeping process in the engine's own mount and network namespaces
#   check        says on stderr why this engine cannot be started here, and fails
#   plugins      prints where the plugins of its command line are, or fails
#
# DIR, below /tmp and short (sockets), holds all that one engine writes: docker.sock, log, data/, exec/.
# The holder keeps the namespaces while dockerd is restarted: containers under live-restore, docker0 and
# the engine's iptables rules outlive it as they would on a real host.

PATH="$PATH:/usr/sbin:/sbin"

fail() {
  echo "$recipe: $*" >&2
  exit 1
}

alive() { # PID; a zombie is not
  [ -e "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

running() { # FILE with a process id
  [ -s "$1" ] && alive "$(cat "$1")"
}

# Waits up to SECONDS until COMMAND succeeds.
wait_until() {
  tries=$(($1 * 10))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

engine_docker() { DOCKER_HOST="unix://$dir/docker.sock" docker "$@"; }
answers() { engine_docker version >/dev/null 2>&1; }
gone() { ! running "$1"; }
answers_or_gone() { answers || gone "$dir/dockerd.pid"; }
held() { [ "$(cat "/proc/$(cat "$dir/holder.pid")/comm" 2>/dev/null)" = sleep ]; }

start_holder() {
  running "$dir/holder.pid" && return
  setsid sh "$recipe" hold </dev/null >>"$dir/log" 2>&1 &
  echo $! >"$dir/holder.pid"
  wait_until 10 held || fail "the namespaces could not be made: $(tail -n 3 "$dir/log")"
}

# An engine whose starter died (Ctrl-C, a killed test run) is nobody's: it goes too.
watch() { # DIR OWNER_PID
  while alive "$2" && [ -e "$1/holder.pid" ]; do sleep 1; done
  stop "$1"
}

watch_owner() {
  [ -n "$1" ] && [ ! -e "$dir/watched" ] || return 0
  : >"$dir/watched"
  setsid sh "$recipe" watch "$dir" "$1" </dev/null >/dev/null 2>&1 &
}

import_busybox() {
  engine_docker image inspect busybox:local >/dev/null 2>&1 && return
  root="$dir/busybox"
  mkdir -p "$root/bin" "$root/tmp" "$root/etc" "$root/proc" "$root/sys" "$root/dev" "$root/root"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $("$root/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  tar -C "$root" -c . | engine_docker import - busybox:local >/dev/null
  rm -rf "$root"
}

# containerd of a killed dockerd lives on for a moment, and its pid file is believed by the next one:
# on 20.10 the engine then waits for a containerd that is not there.
clear_stale_containerd() {
  pid_file="$dir/exec/containerd/containerd.pid"
  [ -e "$pid_file" ] || return 0
  wait_until 2 gone "$pid_file" || { kill -KILL "$(cat "$pid_file")" && wait_until 2 gone "$pid_file"; }
  rm -f "$pid_file"
}

# start DIR [OWNER_PID] [-- dockerd options]
start() {
  check
  dir=$1
  owner_pid=${2:-}
  shift
  [ $# -eq 0 ] || shift
  [ "${1:-}" != -- ] || shift
  mkdir -p "$dir"
  start_holder
  if ! running "$dir/dockerd.pid"; then
    clear_stale_containerd
    rm -f "$dir/dockerd.pid" "$dir/engine.pid"
    holder=/proc/$(cat "$dir/holder.pid")
    setsid nsenter --mount="$holder/ns/mnt" --net="$holder/ns/net" --root="$holder/root" --wd="$holder/root" \
      dockerd --host "unix://$dir/docker.sock" --data-root "$dir/data" --exec-root "$dir/exec" \
      --pidfile "$dir/engine.pid" "$@" </dev/null >>"$dir/log" 2>&1 &
    echo $! >"$dir/dockerd.pid"
    wait_until 60 answers_or_gone && answers || fail "dockerd did not start: $(tail -n 5 "$dir/log")"
    watch_owner "$owner_pid"
  fi
  import_busybox
  engine_docker version --format '{{.Server.Version}}'
}

# halt DIR SIGNAL: ends dockerd alone and waits for its end; containers are the engine's business.
halt() {
  dir=$1
  running "$dir/dockerd.pid" || return 0
  kill -s "${2#SIG}" "$(cat "$dir/dockerd.pid")"
  wait_until 30 gone "$dir/dockerd.pid" || fail "dockerd does not end after ${2:-TERM}"
}

descendants() { # PID: it and all below it
  echo "$1"
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do descendants "$child"; done
}

# Everything of an engine (dockerd, containerd, shims) shares the holder's mount namespace and is found by
# it; containers are below their shims.
kill_all_held() {
  namespace=$(readlink "/proc/$(cat "$dir/holder.pid")/ns/mnt") || return 0
  pids=
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/ns/mnt" 2>/dev/null)" = "$namespace" ] || continue
    pids="$pids $(descendants "${process#/proc/}")"
  done
  for pid in $pids; do kill -KILL "$pid" 2>/dev/null || :; done
}

remove_cgroups() { # of containers that nobody was left to clean up after
  for container in "$dir"/data/containers/*; do
    for cgroup in /sys/fs/cgroup/*/docker/"${container##*/}" /sys/fs/cgroup/docker/"${container##*/}"; do
      [ ! -d "$cgroup" ] || rmdir "$cgroup" 2>/dev/null || :
    done
  done
}

# stop DIR: the engine, its containers, mounts and files.
stop() {
  dir=$1
  [ -e "$dir" ] || return 0
  if running "$dir/dockerd.pid" && timeout 5 docker -H "unix://$dir/docker.sock" version >/dev/null 2>&1; then
    containers=$(engine_docker ps -aq)
    # shellcheck disable=SC2086 # ids are words
    [ -z "$containers" ] || timeout 30 docker -H "unix://$dir/docker.sock" rm -fv $containers >/dev/null 2>&1 || :
  fi
  (halt "$dir" TERM) || (halt "$dir" KILL) || :
  [ ! -e "$dir/holder.pid" ] || kill_all_held
  remove_cgroups
  # The last mount goes a moment after the last process of its namespace.
  wait_until 5 rm -rf "$dir" 2>/dev/null || rm -rf "$dir"
}

case "${1:-}" in
  prepare | check | hold | plugins) "$1" ;;
  start | stop | watch) [ $# -ge 2 ] || fail "usage: $1 DIR" && "$@" ;;
  halt) [ $# -eq 3 ] || fail 'usage: halt DIR SIGNAL' && "$@" ;;
  *)
    echo "usage: $recipe prepare | check | plugins | start DIR [OWNER_PID] [-- dockerd options] | halt DIR SIGNAL | stop DIR" >&2
    exit 2
    ;;
esac
