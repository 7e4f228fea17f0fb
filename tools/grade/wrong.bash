# wrong.bash: what a wrong program, a patch to a solution, says of itself.
# shellcheck shell=bash

# program_of PATCH: the file that it changes.
program_of() { sed -n 's/^+++ \([a-z]*\.c\).*/\1/p' "$1"; }

# named PATCH: the tests that its first line names, one a line.
named() { sed -n '1s/^Rejected by: //p' "$1" | sed 's/; /\n/g'; }

# without LIST LIST: the lines of the first that are not in the second.
without() { LC_ALL=C comm -23 <(LC_ALL=C sort <<<"$1") <(LC_ALL=C sort <<<"$2") | sed '/^$/d'; }
