#!/bin/sh
# The engine that is installed on this machine, started a second time in namespaces of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
recipe=${recipe:-$here/installed.sh}

prepare() { sh "$here/../../scripts/install-engine.sh"; }

check() {
  [ "$(id -u)" = 0 ] || fail 'a private dockerd needs root'
  for command in dockerd docker busybox iptables unshare nsenter; do
    command -v "$command" >/dev/null || fail "$command is not installed (on Debian: sh scripts/install-engine.sh)"
  done
  unshare --mount --net true 2>/dev/null || fail 'this machine allows no new namespaces (unshare --mount --net)'
}

plugins() { fail 'the plugins of the command line come with 28.sh'; }

hold() { exec unshare --mount --net sh -c 'busybox ip link set lo up; exec sleep infinity'; }

. "$here/lifecycle.sh"
