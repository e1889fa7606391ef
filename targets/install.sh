#!/bin/sh
# Installs what the servers in this directory need, on Debian 12, as root. Go itself is not
# among it: without it the servers in Go are left out. They are compiled here, so that their first
# start only links; Spring's class is compiled at its first start.
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
	libcommons-logging-java \
	libnginx-mod-nchan \
	libspring-web-servlet-java \
	libtomcat9-java \
	nginx \
	openjdk-17-jdk-headless \
	php-cli \
	procps \
	puma \
	pushpin \
	python3-starlette \
	python3-tornado \
	python3-uvicorn \
	python3-websockets \
	ruby-actioncable \
	ruby-railties \
	>/dev/null
# Node.js from elsewhere has npm with it, and cannot be installed together with Debian's.
command -v npm >/dev/null || apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
npm ci --prefix express --silent --no-audit --no-fund
npm ci --prefix socketio --silent --no-audit --no-fund
command -v go >/dev/null || exit 0
go -C coder mod download
go -C go-sse mod download
go -C gws mod download
go -C nbio mod download
for name in coder go-sse gws nbio; do
	go -C $name build -o /dev/null .
done
