#!/bin/sh
# Installs packages from the stage mounted at /packages, without a network and without leaving lists behind.
set -e
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
apt-get -qq install --no-install-recommends \
  -o Dir::Etc::sourcelist=/packages/etc/apt/sources.list -o Dir::Etc::sourceparts=/dev/null \
  -o Dir::State::lists=/packages/var/lib/apt/lists -o Dir::Cache=/packages/var/cache/apt \
  -o Dpkg::Use-Pty=0 "$@" >/tmp/install.log 2>&1 || { cat /tmp/install.log >&2; exit 1; }
rm -rf /tmp/install.log /etc/init.d /var/log/* /var/cache/debconf/*-old /var/lib/dpkg/*-old
