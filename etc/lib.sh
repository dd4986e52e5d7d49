# shellcheck shell=sh disable=SC2034,SC2048,SC2086 # sourced; lists of words
# Shared by run.sh and test.sh (sourced, POSIX sh): packages, build, one clear sentence on failure.
# Everything comes from Debian 12's own packages, with the machine's own apt sources; one test's client comes from npm.

BUILD_PACKAGES="gcc libc6-dev cmake ninja-build pkg-config gettext ca-certificates tzdata
libncurses-dev libcurl4-openssl-dev libmicrohttpd-dev libuv1-dev libcjson-dev libconfig-dev libsqlite3-dev
libtalloc-dev libglib2.0-dev libutf8proc-dev libssl-dev libqrencode-dev libpango1.0-dev libcairo2-dev fonts-dejavu-core"
TEST_PACKAGES="git libcmocka-dev tmux strace binutils python3 python3-pyte openssl procps poppler-utils clang clang-tidy clang-format cppcheck
shellcheck libclang-rt-14-dev g++ libphonenumber-dev"
# Node.js runs Bitrix24's own client (tests/sdk). One that is there already, from wherever, is used.
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    TEST_PACKAGES="$TEST_PACKAGES nodejs npm"
fi

say() {
    printf '== %s\n' "$*"
}

die() {
    printf 'zapis: %s\n' "$*" >&2
    exit 1
}

# Prints those of its arguments that are not installed.
missing_packages() {
    for package in "$@"; do
        case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
        installed) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || die "this script needs Debian 12 (dpkg is not here); on another system install by hand: $*"
    missing=$(missing_packages $*)
    [ -z "$missing" ] && return 0
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "packages are missing and this account is not root: install sudo, or as root run: apt-get install $missing"
        as_root="sudo"
    fi
    log=$(mktemp)
    say "installing: $missing"
    $as_root apt-get update -qq >"$log" 2>&1 ||
        die "apt-get update failed: $(tail -n 1 "$log") (whole log: $log)"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$log" 2>&1 ||
        die "apt-get install failed: $(tail -n 1 "$log") (whole log: $log)"
    rm -f "$log"
}

# build PRESET: configures and builds into build/PRESET, showing progress.
build() {
    say "building ($1)"
    log=$(mktemp)
    cmake --preset "$1" >"$log" 2>&1 || {
        cat "$log" >&2
        die "cmake could not configure the preset $1: see above"
    }
    rm -f "$log"
    cmake --build --preset "$1" || die "the build of the preset $1 failed: see above"
}
