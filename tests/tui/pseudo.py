#!/usr/bin/python3
"""A catalogue in which nothing is Latin or Cyrillic: pseudo.py zapis.pot OUT.po

Every letter of a msgid becomes a Greek one, and each text is a third longer. What a person reads in
Latin or Cyrillic letters with this catalogue did not come out of a catalogue. Format
specifications stay as they are. The catalogue poses as the Russian one, with its plural forms.
"""
import re
import sys

HEAD = ('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && '
        '(n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n')
SMALL = "αβγδεζηθικλμνξοπρστυφχψωϊϋ"
LARGE = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫ"
KEPT = re.compile(r'%(?:\d+\$)?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|ll|[hlzjt])?[diouxXscfegp%]'
                  r'|<PRI\w+>|\\.')


def greek(text):
    return "".join(SMALL[ord(c) - 97] if "a" <= c <= "z" else
                   LARGE[ord(c) - 65] if "A" <= c <= "Z" else c for c in text)


def pseudo(text):
    out, at, letters = [], 0, 0
    for kept in KEPT.finditer(text):
        out += [greek(text[at:kept.start()]), kept.group()]
        letters += kept.start() - at
        at = kept.end()
    out.append(greek(text[at:]))
    whole = "".join(out)
    end = re.search(r"(?:\\n|[ .:!?…,])*$", whole).start()
    return whole[:end] + "ω" * ((letters + len(text) - at) // 3) + whole[end:]


def entries(path):
    """The msgids with their plurals, as written in the file."""
    block, key = {}, None
    with open(path, encoding="utf-8") as file:
        for line in list(file) + ["\n"]:
            found = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?)? ?"(.*)"$', line.strip())
            if found and not line.startswith("#"):
                key = found.group(1) or key
                block[key] = block.get(key, "") + found.group(2)
            elif not line.strip() and block:
                if block.get("msgid"):
                    yield block["msgid"], block.get("msgid_plural")
                block = {}


def main():
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(HEAD)
        for one, many in entries(sys.argv[1]):
            out.write('msgid "%s"\n' % one)
            if many is None:
                out.write('msgstr "%s"\n\n' % pseudo(one))
            else:
                out.write('msgid_plural "%s"\n' % many)
                for form in range(3):
                    out.write('msgstr[%d] "%s"\n' % (form, pseudo(many if form else one)))
                out.write("\n")


if __name__ == "__main__":
    main()
