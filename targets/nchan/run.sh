#!/bin/sh
# Runs nginx with nchan on 127.0.0.1:PORT until SIGTERM: ./run.sh PORT
# Its configuration, process number and temporary files are in a directory that goes with it.
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
# A signal ends the first wait, the end of nginx the second.
wait $nginx && exit 0
wait $nginx
