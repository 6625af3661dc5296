#!/bin/sh
# Turns the unpacked packages of a minimal system into an installed one, without a network and without services.
set -e
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers
touch /var/lib/dpkg/status /var/lib/dpkg/available
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
# The list names the packages that are unpacked here already; the store holds more.
dpkg --force-depends --install $(cat /store/base.txt) >/tmp/configure.log 2>&1 || { tail -40 /tmp/configure.log >&2; exit 1; }
echo "deb http://deb.debian.org/debian trixie main" >/etc/apt/sources.list
rm -rf /tmp/configure.log /etc/init.d/* /var/log/* /var/cache/debconf/*-old /var/lib/dpkg/*-old
