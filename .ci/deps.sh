#!/bin/sh
# deps.sh SET...: install the Debian packages of the named sets that are missing.
# deps.sh --missing SET...: only print them. Instant when nothing is missing.
set -eu

build="gcc make pkg-config libc6-dev libetpan-dev libcurl4-gnutls-dev
	libsqlite3-dev libyaml-dev libmicrohttpd-dev libxml2-dev libpcre2-dev libutf8proc-dev
	libgnutls28-dev nettle-dev libseccomp-dev"
# The last five are what the unpacked MTA of the demonstration and the tests runs on.
demo="dovecot-imapd dovecot-lmtpd python3 openssl ca-certificates tzdata libnss-wrapper libidn12
	libgnutls-dane0 libnsl2 libdb5.3"
test="gpg libgmime-3.0-dev libcmocka-dev valgrind clang clang-format clang-tidy cppcheck
	universal-ctags strace sqlite3 mandoc chromium chromium-driver"

only_print=no
if [ "${1:-}" = --missing ]; then
	only_print=yes
	shift
fi

want=
for set_name in "$@"; do
	case $set_name in
	build) want="$want $build" ;;
	demo) want="$want $demo" ;;
	test) want="$want $test" ;;
	*)
		echo "deps.sh: unknown set '$set_name'" >&2
		exit 64
		;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	[ $only_print = yes ] || echo "deps.sh: this is not Debian; install by hand:" $want >&2
	exit 0
fi

missing_of() {
	have=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
	for p in "$@"; do
		case $have in
		*" installed:$p "*) ;;
		*) printf '%s ' "$p" ;;
		esac
	done
}

missing=$(missing_of $want)
if [ $only_print = yes ]; then
	echo $missing
	exit 0
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "Some Debian packages are missing: $missing" >&2
	echo "Installing them needs root. Run:  sudo make deps" >&2
	exit 77
fi

# Packages that hold a service must not start it here: what was not running stays so.
policy=/usr/sbin/policy-rc.d
made_policy=no
restore() {
	[ $made_policy = no ] || rm -f $policy
}
trap restore EXIT
trap 'exit 130' INT TERM HUP
if [ ! -e $policy ] && (set -C && printf '#!/bin/sh\nexit 101\n' >$policy) 2>/dev/null; then
	made_policy=yes
	chmod 755 $policy
fi

export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
echo "Installing: $missing"
apt-get -q update
# gpg first, alone: otherwise GMime's choice of a gnupg pulls in a dozen more packages.
case " $missing" in
*" gpg "*) apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install gpg ;;
esac
apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing
