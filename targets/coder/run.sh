#!/bin/sh
# Builds the server in the user's cache and runs it on 127.0.0.1:PORT: ./run.sh PORT
set -eu
cd "$(dirname "$0")"
program=${XDG_CACHE_HOME:-$HOME/.cache}/pushbench/targets/coder
go build -o "$program" .
exec "$program" "$1"
