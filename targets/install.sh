#!/bin/sh
# Installs what the servers in this directory need, on Debian 12, as root. Their Go modules
# and Spring's classes are fetched and compiled at the first start.
set -eu
cd "$(dirname "$0")"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	libcommons-logging-java \
	libnginx-mod-nchan \
	libspring-web-servlet-java \
	libtomcat9-java \
	nginx \
	nodejs \
	npm \
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
npm ci --prefix express --silent --no-audit --no-fund
npm ci --prefix socketio --silent --no-audit --no-fund
