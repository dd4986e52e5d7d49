#!/bin/sh
# Style and static analysis, warnings as errors: clang-format, clang-tidy, cppcheck, shellcheck. Needs build/clang.
set -eu
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=etc/lib.sh
. etc/lib.sh

list() { # tracked or new files by pattern, without what git ignores
    git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
        if [ -e "$file" ]; then printf '%s\n' "$file"; fi
    done
}

say "clang-format"
list '*.c' '*.h' | xargs -r clang-format --dry-run -Werror || die "format with: clang-format -i FILE"
say "shellcheck"
list '*.sh' '.ci/run' | xargs -r shellcheck -x || die "shellcheck found something: see above"
# cppcheck does not see that zp_panic() never returns; clang-tidy's analyzer does, and looks for null pointers too.
say "cppcheck"
list 'core/*.c' 'tui/*.c' | xargs -r cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability \
    --inline-suppr --suppress=missingInclude --suppress=missingIncludeSystem \
    --suppress=nullPointerRedundantCheck --suppress=nullPointerArithmeticRedundantCheck --std=c11 -D_GNU_SOURCE -Iinclude -Icore -Itui -j "$(nproc)" ||
    die "cppcheck found something: see above"
say "clang-tidy"
list 'core/*.c' 'tui/*.c' | xargs -r -P "$(nproc)" -n 8 clang-tidy -p build/clang --quiet --warnings-as-errors='*' 2>/dev/null ||
    die "clang-tidy found something: see above"
