#!/bin/sh
# embed.sh FILE...: the shipped templates as C, on stdout (src/mail/template_files.h).
set -eu

echo '#include "mail/template_files.h"'
echo
echo 'const struct template_file template_files[] = {'
for f in "$@"; do
	printf '\t{"%s",\n' "$(basename "$f")"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/^/\t "/' -e 's/$/\\n"/' "$f"
	printf '\t},\n'
done
[ $# -gt 0 ] || printf '\t{0, 0},\n'
echo '};'
printf 'const size_t template_files_n = %d;\n' $#
