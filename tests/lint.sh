#!/bin/sh
# lint.sh: everything that can be said about the sources without running them. Prints TAP.
# Results for single files are kept in $MESAD_BUILD/lint and made again when the object is newer.
set -u
cd "$(dirname "$0")/.." || exit 70
build=${MESAD_BUILD:-build}
export MESAD_BUILD="$build"
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir -p "$build/lint"
log=$build/lint/log
status=0
count=0

# check NAME COMMAND...: ok when it succeeds; what it prints is shown when it does not.
check() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$log" 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/#   /' "$log" | head -200
		status=1
	fi
}

formatted() {
	find src tests -name '*.[ch]' -print0 | xargs -0 -r clang-format --dry-run -Werror \
		>"$build/lint/format.log" 2>&1 && return 0
	echo "run clang-format -i on these (why: $build/lint/format.log)"
	grep -oE '^[^ :]+:[0-9]+' "$build/lint/format.log" | sort -u -t: -k1,1
	return 1
}

shell_scripts() {
	bad=0
	for f in $(find .ci config sql tests -name '*.sh' -o -path '.ci/run'); do
		sh -n "$f" || bad=1
	done
	return $bad
}

python_scripts() {
	find .ci tests -name '*.py' -print0 | xargs -0 -r python3 -c '
import sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as f:
        compile(f.read(), path, "exec")
'
}

man_pages() {
	set -- docs/*.[158]
	[ -e "$1" ] || return 0
	mandoc -T lint -W warning "$@"
}

# One file a target, so that make runs two at a time and only what changed. The paths that the
# analysers walked are in $build/lint/NAME.log.
per_file() {
	if make -s -k -j2 BUILD="$build" V= SAN= "lint-$1" >"$build/lint/$1.log" 2>&1; then
		return 0
	fi
	grep -E '(error|warning|style|performance|portability):' "$build/lint/$1.log" ||
		tail -n 40 "$build/lint/$1.log"
	return 1
}

python3 tests/lint/rules.py || status=1
count=$((count + $(grep -c "^    ('" tests/lint/rules.py)))
check "clang-format has nothing to change" formatted
check "shell scripts parse" shell_scripts
check "python scripts parse" python_scripts
check "man pages pass mandoc" man_pages
check "cppcheck" per_file cppcheck
check "clang-tidy" per_file tidy
check "gcc -fanalyzer on base, core and work" per_file analyzer
echo "1..$count"
exit $status
