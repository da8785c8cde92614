# An engine of another Debian suite in a root file system of its own. Sourced by a recipe that sets
# here, recipe, suite, packages (comma-separated) and version (what dockerd --version must begin with).
#
# A plain chroot is not enough: runc pivots, which needs the root to be a mount point.

cache=${CROSSTALK_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crosstalk-test}
root=$cache/engine-$version

# The mirror that this machine's own packages come from.
mirror() {
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(SITE)' 'Created-By: Packages' |
    sed -n 's/^Debian|Debian|//p' | head -n 1
}

built() { [ -x "$root/usr/sbin/dockerd" ]; }

# Of a root that was made when the recipe named fewer packages.
lacking() {
  for package in $(echo "$packages" | tr , ' '); do
    chroot "$root" dpkg -s "$package" >/dev/null 2>&1 || echo "$package"
  done
}

in_root() { DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -y --no-install-recommends "$@" >&2; }

prepare() {
  sh "$here/../../scripts/install-engine.sh" debootstrap
  if ! built; then
    [ -n "$(mirror)" ] || apt-get update
    [ -n "$(mirror)" ] || fail 'no Debian mirror in /etc/apt/sources.list*'
    rm -rf "$root.part"
    mkdir -p "$cache"
    echo "$recipe: installing $suite into $root (about 700 MB, once)" >&2
    debootstrap --variant=minbase --include="$packages,iptables,ca-certificates" "$suite" "$root.part" "$(mirror)" >&2
    mv "$root.part" "$root"
  fi
  lacking=$(lacking)
  # shellcheck disable=SC2086 # package names are words
  [ -z "$lacking" ] || in_root install $lacking || { in_root update && in_root install $lacking; }
  chroot "$root" dockerd --version | grep -q "version $version\." ||
    fail "$suite no longer has engine $version but $(chroot "$root" dockerd --version); $root was made from it"
}

check() {
  [ "$(id -u)" = 0 ] || fail 'a private dockerd needs root'
  built || fail "not installed in $root (run: sh $recipe prepare)"
  unshare --mount --net true 2>/dev/null || fail 'this machine allows no new namespaces (unshare --mount --net)'
}

# plugins: the directory with docker-buildx and docker-compose; they run on the machine itself too.
plugins() {
  directory=$root/usr/libexec/docker/cli-plugins
  [ -x "$directory/docker-buildx" ] || fail "no plugins in $root (run: sh $recipe prepare)"
  echo "$directory"
}

# /tmp is shared: sockets and bind sources below it have the same path inside and outside.
hold() {
  exec unshare --mount --net --propagation private sh -c '
    set -e
    busybox ip link set lo up
    mount --bind "$1" "$1"
    for directory in proc sys dev; do mount --rbind "/$directory" "$1/$directory"; done
    mount -t tmpfs tmpfs "$1/run"
    mkdir -p "$1/.old"
    mount --bind /tmp "$1/tmp"
    cd "$1"
    pivot_root . .old
    exec chroot . sh -c "umount -l /.old; exec sleep infinity"' sh "$root"
}

. "$here/lifecycle.sh"
