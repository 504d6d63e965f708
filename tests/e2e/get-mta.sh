#!/bin/sh
# Unpack a real MTA (Debian's exim4-daemon-light) into BUILDDIR/mta. Nothing is installed or
# configured in the system, and an MTA that is installed stays as it is.
set -eu

build=${1:?usage: get-mta.sh BUILDDIR}
[ -x "$build/mta/usr/sbin/exim4" ] && exit 0
rm -rf "$build/mta.new"
mkdir -p "$build/mta.new"
cd "$build/mta.new"
apt-get -qq -o APT::Sandbox::User=root download exim4-daemon-light >/dev/null ||
	{ apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download exim4-daemon-light >/dev/null; }
dpkg-deb -x exim4-daemon-light_*.deb .
rm -f exim4-daemon-light_*.deb
chmod 755 usr/sbin/exim4 # not setuid: it delivers over the network alone
cd ..
rm -rf mta
mv mta.new mta
