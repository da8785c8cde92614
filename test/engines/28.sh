#!/bin/sh
# Engine 28 as Debian sid ships it, in its own root, with the plugins of its command line.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
recipe=$here/28.sh suite=sid packages=docker.io,docker-cli,docker-buildx,docker-compose version=28

. "$here/rootfs.sh"
