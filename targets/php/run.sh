#!/bin/sh
# Runs PHP's built-in server with four workers on 127.0.0.1:PORT until SIGTERM: ./run.sh PORT
# Its events are in a directory that goes with it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
EVENTS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/pushbench-php.XXXXXX")
export EVENTS_DIR PHP_CLI_SERVER_WORKERS=4
trap 'rm -rf "$EVENTS_DIR"' EXIT
php -q -S "127.0.0.1:$1" "$here/router.php" &
php=$!
trap 'kill -TERM $(pgrep -P $php) $php' TERM INT # the first process would leave the others alone
# A signal ends the first wait, the end of PHP the second.
wait $php && exit 0
wait $php
