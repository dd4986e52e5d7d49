#!/usr/bin/python3
"""The house's rules, checked from the includes and the symbols (design: rooms, arrows, vendors).

usage: house_test.py SOURCE_DIR BUILD_DIR
Each rule is also shown to fail on a wrong line (see self_test), so that a silent pass is not possible.
"""
import os
import re
import subprocess
import sys

# room -> rooms whose headers it may include
ARROWS = {
    "base": {"base"},
    "net": {"net", "base"},
    "dikidi": {"dikidi", "base", "net"},
    "bitrix24": {"bitrix24", "base", "net"},
    "store": {"store", "base", "net"},
    "sync": {"sync", "base", "net", "dikidi", "bitrix24", "store"},
    "desk": {"desk", "base", "net", "dikidi", "bitrix24", "store", "sync"},
    "practice": {"practice", "base", "net"},
    "tui": {"tui"},
}
# public headers of core that a room may not know although all stand in include/zapis
PUBLIC_FORBIDDEN = {
    "base": {"desk", "practice", "loop"},
    "net": {"desk", "practice", "booking", "catalogue"},
    "dikidi": {"desk", "practice", "booking"},
    "bitrix24": {"desk", "practice", "booking"},
    "practice": {"desk", "booking"},
}
# vendor header pattern -> files that may include it
VENDORS = [
    (r"^(n?curses|ncursesw?/.*|term|panel)\.h$", r"^tui/term_curses[a-z_]*\.c$"),
    (r"^curl/", r"^core/net/http[_a-z]*\.[ch]$"),
    (r"^microhttpd\.h$", r"^core/net/httpd[_a-z]*\.[ch]$"),
    (r"^talloc\.h$", r"^include/zapis/memory\.h$"),  # there its allocations are checked
    (r"^uv\.h$", r"^core/net/loop[_a-z]*\.[ch]$"),
    (r"^(cjson/)?cJSON\.h$", r"^core/base/json[_a-z]*\.[ch]$"),
    (r"^libconfig\.h$", r"^core/base/config[_a-z]*\.[ch]$"),
    (r"^sqlite3\.h$", r"^core/store/sqlite[_a-z]*\.[ch]$"),
    (r"^(libpq|postgresql)", r"^core/store/pg[_a-z]*\.[ch]$"),
    (r"^utf8proc\.h$", r"^core/base/text[_a-z]*\.[ch]$"),
    (r"^glib", r"^core/base/clock[_a-z]*\.[ch]$"),
    (r"^qrencode\.h$", r"^tui/qr\.c$"),
    (r"^(pango|cairo)", r"^tui/print/pdf\.c$"),
    # the receiver verifies; the practice Dikidi signs, with code of its own
    (r"^openssl/", r"^core/((dikidi|bitrix24)/verify[_a-z]*\.[ch]|practice/sign\.c)$"),
    (r"^cmocka\.h$", r"^tests/"),
]
# undefined symbols of an object -> objects that may need them
SYMBOLS = [
    (r"^curl_", r"^(http|http_.*)\.c\.o$"),
    (r"^MHD_", r"^httpd.*\.c\.o$"),
    (r"^uv_", r"^loop.*\.c\.o$"),
    (r"^cJSON_", r"^json.*\.c\.o$"),
    (r"^config_(?!find|load)", r"^config.*\.c\.o$"),
    (r"^sqlite3_", r"^sqlite.*\.c\.o$"),
    (r"^PQ", r"^pg.*\.c\.o$"),
    (r"^utf8proc_", r"^text.*\.c\.o$"),
    (r"^g_(time_zone|date_time|free)", r"^clock.*\.c\.o$"),
    (r"^QRcode_", r"^qr\.c\.o$"),
    (r"^(pango_|cairo_)", r"^pdf\.c\.o$"),
]
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def room_of(path):
    parts = path.split("/")
    if parts[0] == "core":
        return parts[1] if len(parts) > 2 else "desk"
    return parts[0]


def arrow_fault(path, header):
    """A sentence if `path` may not include `header`, else None."""
    room = room_of(path)
    if room not in ARROWS:
        return None
    if header.startswith("zapis/"):
        name = header[len("zapis/"):-2]
        if name in PUBLIC_FORBIDDEN.get(room, set()):
            return f"{path}: room {room} may not know <{header}>"
        return None
    head = header.split("/")[0]
    if "/" in header and head in ARROWS and head not in ARROWS[room]:
        return f"{path}: room {room} may not know {header}"
    if room == "tui" and (header.startswith("../core") or header.startswith("desk_private")):
        return f"{path}: tui knows include/ only, not {header}"
    return None


def vendor_fault(path, header):
    for pattern, allowed in VENDORS:
        if re.search(pattern, header) and not re.search(allowed, path):
            if path.startswith("tests/"):
                return None
            return f"{path}: {header} belongs to {allowed}"
    if path.startswith("include/") and not header.startswith("zapis/") and path != "include/zapis/memory.h":
        if header not in {"stdbool.h", "stddef.h", "stdint.h", "stdarg.h", "time.h", "sys/types.h"}:
            return f"{path}: a public header includes {header}: only ours and the language's"
    return None


def symbol_fault(obj, symbol):
    for pattern, allowed in SYMBOLS:
        if re.search(pattern, symbol) and not re.search(allowed, obj):
            return f"{obj}: needs {symbol}, which belongs to {allowed}"
    return None


def size_fault(path, lines):
    return f"{path}: {lines} lines, over 600: split it by concept" if lines > 600 else None


def sources(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "*.c", "*.h"],
                         capture_output=True, text=True, check=True).stdout.split()
    return [p for p in out if os.path.exists(os.path.join(root, p))]


def check_tree(root):
    faults = []
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read().splitlines()
        faults.append(size_fault(path, len(text)))
        vendors = set()
        for quote, header in [m.groups() for m in map(INCLUDE.match, text) if m]:
            faults.append(arrow_fault(path, header))
            if quote == '"':
                continue
            faults.append(vendor_fault(path, header))
            for pattern, allowed in VENDORS:
                if re.search(pattern, header) and path.endswith(".c"):
                    vendors.add(allowed)
        if len(vendors) > 1 and not path.startswith("tests/"):
            faults.append(f"{path}: more than one vendor's headers in one file")
    return faults


def check_top(root):
    allowed = {"tui", "core", "include", "tests", "etc", "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE"}
    out = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    top = {p.split("/")[0] for p in out}
    faults = [f"{name}: not part of the agreed top level" for name in sorted(top) if name not in allowed and not name.startswith(".")]
    folders = {os.path.dirname(p) for p in out if p.endswith((".c", ".h"))}
    for folder in sorted(folders):
        if not os.path.exists(os.path.join(root, folder, "README.md")):
            faults.append(f"{folder}: has no README.md")
    return faults


def check_objects(build):
    faults, seen = [], 0
    for folder, _, names in os.walk(build):
        if "/tests/" in folder + "/":
            continue
        for name in names:
            if not name.endswith(".c.o"):
                continue
            seen += 1
            out = subprocess.run(["nm", "-u", os.path.join(folder, name)], capture_output=True, text=True, check=True).stdout
            for line in out.splitlines():
                faults.append(symbol_fault(name, line.split()[-1]))
    if seen == 0:
        faults.append(f"{build}: no object files found")
    return faults


def self_test():
    """Every rule refuses a planted fault."""
    assert arrow_fault("core/base/x.c", "net/http.h")
    assert arrow_fault("core/dikidi/x.c", "bitrix24/bitrix24.h")
    assert arrow_fault("core/practice/x.c", "dikidi/dikidi.h")
    assert arrow_fault("core/base/x.c", "zapis/desk.h")
    assert arrow_fault("tui/x.c", "../core/desk_private.h")
    assert not arrow_fault("core/sync/x.c", "store/store.h")
    assert vendor_fault("core/store/store.c", "sqlite3.h")
    assert not vendor_fault("core/store/sqlite_task.c", "sqlite3.h")
    assert vendor_fault("include/zapis/x.h", "curl/curl.h")
    assert vendor_fault("core/practice/post.c", "openssl/hmac.h")
    assert not vendor_fault("core/practice/sign.c", "openssl/hmac.h")
    assert symbol_fault("day.c.o", "sqlite3_step")
    assert not symbol_fault("sqlite.c.o", "sqlite3_step")
    assert size_fault("x.c", 601) and not size_fault("x.c", 600)


def main():
    self_test()
    root, build = sys.argv[1], sys.argv[2]
    faults = [f for f in check_tree(root) + check_top(root) + check_objects(build) if f]
    for fault in faults:
        print(fault)
    print(f"house: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
