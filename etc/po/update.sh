#!/bin/sh
# Brings etc/po up to date with the sources: takes every msgid out of tui/ and core/ into zapis.pot
# and merges it into ru.po. `--check` changes nothing and fails when something is not translated,
# is fuzzy, or when ru.po lacks a msgid of the sources.
set -eu
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

extract() {
    # No date, no line numbers: the file changes only when a sentence does.
    find tui core -name '*.[ch]' | LC_ALL=C sort |
        xgettext --files-from=- --language=C --from-code=UTF-8 --no-location --sort-output \
            --keyword=_ --keyword=N_ --keyword=P_:1,2 --package-name=zapis \
            --add-comments=TRANSLATORS: --output="$tmp/new.pot"
    sed -e '/^"POT-Creation-Date:/d' -e 's/charset=CHARSET/charset=UTF-8/' "$tmp/new.pot"
}

extract >"$tmp/zapis.pot"
if [ "${1:-}" = --check ]; then
    msgcmp --use-untranslated --use-fuzzy etc/po/ru.po "$tmp/zapis.pot" ||
        { echo "etc/po: run etc/po/update.sh and translate what is new" >&2; exit 1; }
    msgmerge --quiet --no-fuzzy-matching etc/po/ru.po "$tmp/zapis.pot" -o "$tmp/ru.po"
    missing=$(msgattrib --untranslated --no-obsolete "$tmp/ru.po")
    fuzzy=$(msgattrib --only-fuzzy --no-obsolete "$tmp/ru.po")
    if [ -n "$missing$fuzzy" ]; then
        printf 'etc/po/ru.po: not translated or fuzzy:\n%s\n%s\n' "$missing" "$fuzzy" >&2
        exit 1
    fi
    exit 0
fi
cp "$tmp/zapis.pot" etc/po/zapis.pot
msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --update --backup=none \
    etc/po/ru.po etc/po/zapis.pot
msgattrib --no-obsolete --no-location --sort-output etc/po/ru.po -o "$tmp/ru.po"
cp "$tmp/ru.po" etc/po/ru.po
msgfmt --check --statistics --output-file=/dev/null etc/po/ru.po
