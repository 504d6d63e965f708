#!/bin/sh
# embed.sh FILE.sql...: the migrations as C, on stdout (struct sql_file of src/store/sql.h).
set -eu

echo '#include "store/sql.h"'
echo
echo 'const struct sql_file sql_migrations[] = {'
for f in "$@"; do
	printf '\t{"%s",\n' "$(basename "$f" .sql)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/\t "/' -e 's/$/\\n"/' "$f"
	printf '\t},\n'
done
[ $# -gt 0 ] || printf '\t{0, 0},\n'
echo '};'
printf 'const size_t sql_migrations_n = %d;\n' $#
