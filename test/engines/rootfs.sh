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
  chroot "$root" dockerd --version | grep -q "version $version\." ||
    fail "$suite no longer has engine $version but $(chroot "$root" dockerd --version); $root was made from it"
}

check() {
  [ "$(id -u)" = 0 ] || fail 'a private dockerd needs root'
  built || fail "not installed in $root (run: sh $recipe prepare)"
  unshare --mount --net true 2>/dev/null || fail 'this machine allows no new namespaces (unshare --mount --net)'
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
