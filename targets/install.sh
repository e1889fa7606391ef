#!/bin/sh
# Installs what the servers in this directory need, on Debian 12, as root. Their Go modules
# and Spring's classes are fetched and compiled at the first start.
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
