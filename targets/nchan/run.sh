#!/bin/sh
# Runs nginx with nchan on 127.0.0.1:PORT until SIGTERM: ./run.sh PORT
# Its configuration, process number and temporary files are in a directory that is removed at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/pushbench-nchan.XXXXXX")
trap 'rm -rf "$dir"' EXIT
chmod 711 "$dir" # a worker of root's nginx is another user
sed "s/@PORT@/$1/" "$here/nginx.conf" >"$dir/nginx.conf"
ulimit -n "$(ulimit -H -n)" # descriptors
nginx -p "$dir" -e stderr -c "$dir/nginx.conf" &
nginx=$!
trap 'kill -TERM $nginx' TERM INT
status=0
wait $nginx || status=$?
if kill -0 $nginx 2>/dev/null; then # a signal has ended that wait; the end of nginx ends this one
	status=0
	wait $nginx || status=$?
fi
exit $status
