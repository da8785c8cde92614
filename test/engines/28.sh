#!/bin/sh
# Engine 28 as Debian sid ships it, in its own root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
recipe=$here/28.sh suite=sid packages=docker.io,docker-cli version=28

. "$here/rootfs.sh"
