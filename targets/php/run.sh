#!/bin/sh
# Runs PHP's built-in server with four workers besides the first process on 127.0.0.1:PORT until SIGTERM: ./run.sh PORT
# Its events are in a directory that is removed at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
EVENTS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/pushbench-php.XXXXXX")
export EVENTS_DIR PHP_CLI_SERVER_WORKERS=4
trap 'rm -rf "$EVENTS_DIR"' EXIT
php -q -S "127.0.0.1:$1" "$here/router.php" &
php=$!
trap 'kill -TERM $(pgrep -P $php) $php' TERM INT # the first process would leave the others alone
status=0
wait $php || status=$?
if kill -0 $php 2>/dev/null; then # a signal has ended that wait; the end of PHP ends this one
	status=0
	wait $php || status=$?
fi
exit $status
