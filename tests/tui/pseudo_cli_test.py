#!/usr/bin/python3
"""The command line with a catalogue in which nothing is Latin or Cyrillic (pseudo.py).

usage: pseudo_cli_test.py ZAPIS LOCALE_DIR
Every help and every error that needs no salon: a word in Latin letters must be part of the syntax
(an option, a placeholder in capitals, the name of a command), a path or an address.
"""
import os
import re
import subprocess
import sys
import tempfile

# What stands for itself in any language: the program, the services, values that are typed as they
# are, names of the configuration and of what is printed for machines.
NAMES = {"zapis", "Dikidi", "CRM", "Bitrix24", "Bitrix", "RFC", "JSON", "CSV", "PDF", "QR", "ISO", "TTY",
         "HTML", "iCal", "SQLite", "systemd", "UTF", "ID", "T", "D", "P", "N", "C", "S", "R", "Z", "F"}


def run(program, locale_dir, home, *args):
    env = {"ZAPIS_LOCALE_DIR": locale_dir, "LANGUAGE": "ru", "LC_ALL": "C.UTF-8", "HOME": home,
           "PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run([program, *args], env=env, capture_output=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    return done.returncode, (done.stdout + done.stderr).decode()


def commands(text):
    """The table of --help: two blanks, a name, its words in Greek."""
    return re.findall(r"^  ([a-z]+)  +\S*[α-ωΑ-Ω]", text, re.M)


def foreign(text, known):
    for line in text.splitlines():
        words = re.sub(r"^ +\S+(?: \S+)* {2,}", "", line)  # the first column is syntax
        for token in words.split():
            if re.search(r"[/<>=@\\_|]|--|\.(conf|key|url|db|csv|ics|pdf)\b", token) or token.startswith("-"):
                continue
            for word in re.findall(r"[A-Za-zЀ-ӿ]+", token):
                if word not in known and not word.isupper():
                    yield word, line


def main():
    program, locale_dir = sys.argv[1:]
    found = []
    with tempfile.TemporaryDirectory() as home:
        _, text = run(program, locale_dir, home, "--help")
        names = commands(text)
        english = run(program, home, home, "--help")[1]  # no catalogue there
        assert len(list(foreign(english, NAMES | set(names)))) > 50, "the check finds nothing"
        assert len(names) > 15, text
        known = NAMES | set(names)
        said = [("--help", text)]
        for name in names:
            code, text = run(program, locale_dir, home, name, "--help")
            assert code == 0 and text, name
            said.append((name + " --help", text))
        for args in (["--77"], ["77"], ["day"], ["day", "--77"], ["day", "77", "77"], ["cancel"],
                     ["cancel", "77"], ["book", "--at", "77"], ["slots", "--service"],
                     ["--config", home + "/77", "day"], ["mark", "77", "77"], ["move", "77"],
                     ["show"], ["client"], ["queue", "--drop"], ["practice", "--77"], []):
            code, text = run(program, locale_dir, home, *args)
            assert code in (2, 5) and text, (args, code, text)
            said.append((" ".join(args), text))
    for what, text in said:
        found += ["zapis %s: %s in: %s" % (what, word, line) for word, line in foreign(text, known)]
    print("\n".join(found) or "%d texts, nothing but words of the catalogue" % len(said))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
