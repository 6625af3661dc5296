#!/bin/sh
# Installs packages from the folder mounted at /store, without a network and without leaving lists behind.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -qq install --no-install-recommends \
  -o Dir::Etc::sourcelist=/store/sources.list -o Dir::Etc::sourceparts=/dev/null \
  -o Dir::State::lists=/store/lists -o Dir::Cache=/store/cache \
  -o Dpkg::Use-Pty=0 "$@" >/tmp/install.log 2>&1 || { cat /tmp/install.log >&2; exit 1; }
rm -rf /tmp/install.log /etc/init.d /var/log/* /var/cache/debconf/*-old /var/lib/dpkg/*-old
