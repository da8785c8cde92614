#!/bin/sh
# Installs dockerd and what tests need beside it from this machine's own Debian mirror. Starts no service,
# neither now nor at the next boot: a dockerd in the machine's own network would make a docker0 there.
#
# usage: install-engine.sh [further packages]
set -eu
PATH="$PATH:/usr/sbin:/sbin"

static_busybox() { busybox=$(command -v busybox) && ! ldd "$busybox" >/dev/null 2>&1; }
known() { apt-cache policy "$1" | grep -q 'Candidate: [^(]'; }
had_dockerd=$(command -v dockerd || :)

missing=
[ -n "$had_dockerd" ] || missing="$missing docker.io"
command -v iptables >/dev/null || missing="$missing iptables"
static_busybox || missing="$missing busybox-static"
for package in "$@"; do
  command -v "$package" >/dev/null || missing="$missing $package"
done
command -v docker >/dev/null || missing="$missing docker-client"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "missing:$missing; this is no Debian, install them by hand" >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "missing:$missing; not root, so install them by hand" >&2
  exit 1
fi

policy=/usr/sbin/policy-rc.d
restore_policy() {
  rm -f "$policy"
  [ ! -e "$policy.crosstalk" ] || mv "$policy.crosstalk" "$policy"
}
trap restore_policy EXIT
trap 'exit 130' INT TERM
[ ! -e "$policy" ] || [ -e "$policy.crosstalk" ] || mv "$policy" "$policy.crosstalk"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update || echo 'apt-get update had problems; trying with what is there' >&2
# The command line is a package of its own since trixie; before that docker.io holds it.
if known docker-cli; then client=docker-cli; else client=docker.io; fi
missing=$(echo "$missing" | sed "s/docker-client/$client/")
echo "installing$missing (no service is started)" >&2
# shellcheck disable=SC2086 # package names are words
apt-get install -y --no-install-recommends $missing

if [ -z "$had_dockerd" ] && command -v systemctl >/dev/null; then
  systemctl disable docker.service docker.socket containerd.service >/dev/null 2>&1 || :
fi
