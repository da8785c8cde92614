#!/bin/sh
# Engine 20.10 as Debian bookworm ships it: this machine's own where it is that one, else in its own root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
recipe=$here/20.10.sh
PATH="$PATH:/usr/sbin:/sbin"

if dockerd --version 2>/dev/null | grep -q 'version 20\.10\.'; then
  . "$here/installed.sh"
else
  suite=bookworm packages=docker.io version=20.10
  . "$here/rootfs.sh"
fi
