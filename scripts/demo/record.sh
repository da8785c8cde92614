#!/bin/sh
# Records dashboards/demo/bad-day.jsonl anew: sh scripts/demo/record.sh, on Linux as root, after npm run build.
# An engine of its own plays scripts/demo/bad-day.sh; the recording is then stretched and neutral, see stretch.js.
set -eu
cd "$(dirname "$0")/../.."
recipe=test/engines/installed.sh
dir=/tmp/crosstalk-demo-$$
work=$(mktemp -d)
recorder=

finish() {
  [ -z "$recorder" ] || kill -INT "$recorder" 2>/dev/null || :
  sh $recipe stop "$dir"
  # The engine makes the host directories that are mounted; those that stayed empty go again.
  rmdir /builds/shop/api /builds/shop /builds /tmp/_work 2>/dev/null || :
  rm -rf "$work"
}
trap finish EXIT

sh $recipe start "$dir" $$ >/dev/null
node bin/crosstalk record "$work/raw.jsonl" --docker-host "unix://$dir/docker.sock" &
recorder=$!
sleep 3
DOCKER_HOST=unix://$dir/docker.sock PAUSES=$work/pauses sh scripts/demo/bad-day.sh
sleep 5 # the last act is judged
kill -INT $recorder
wait $recorder
recorder=
node scripts/demo/stretch.js "$work/raw.jsonl" "$work/pauses" "$dir/data" >dashboards/demo/bad-day.jsonl
node scripts/picture.js
