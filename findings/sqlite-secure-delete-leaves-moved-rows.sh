#!/usr/bin/env bash
# SQLite's `secure_delete` overwrites deleted content with zeros, and one would expect that no deleted row can be read from the file
# afterwards. A few can. When SQLite moves rows between pages to balance its tree, it rebuilds a page from the rows that stay, and the
# bytes of those that went lie in the part of the page that is not allocated. Deleting the moved row zeroes its new place only. Of 1,200
# deleted texts, 3 are still in the file, with the write-ahead log truncated and every connection closed.
#
# After a removal our backend overwrites the unallocated parts of all pages: crates/backend/src/store/unallocated.rs.
#
# Seen with SQLite 3.50.4 in apsw 3.50.4.0 of PyPI, and in the backend with the SQLite of libsqlite3-sys.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check apsw==3.50.4.0
venv/bin/python - <<'SOURCE' | tee seen
import random
import apsw

def texts_left(seed):
    """How many of 200 deleted texts have 64 bytes in a row left in the file."""
    chance = random.Random(seed)
    path = f"texts-{seed}.sqlite"
    database = apsw.Connection(path)
    database.execute("pragma journal_mode = wal").fetchall()
    assert database.execute("pragma secure_delete = on").fetchall() == [(1,)]
    database.execute("create table texts (id integer primary key, text text)")
    texts = {}
    while len(texts) < 400:
        letters = chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.choice([80, 400, 1200]))
        texts[chance.randrange(1_000_000)] = "".join(letters)
    for number, text in texts.items():
        database.execute("insert into texts values (?, ?)", (number, text))
    deleted = chance.sample(sorted(texts), 200)
    for number in deleted:
        database.execute("delete from texts where id = ?", (number,))
    database.execute("pragma wal_checkpoint(truncate)").fetchall()
    database.close()
    with open(path, "rb") as file:
        content = file.read()
    runs = lambda text: (text[at:at + 64].encode() in content for at in range(0, len(text) - 63, 16))
    return sum(any(runs(texts[number])) for number in deleted)

left = sum(texts_left(seed) for seed in range(6))
print(apsw.sqlite_lib_version(), "some are left" if left else "none is left")
SOURCE
echo "3.50.4 some are left" | diff seen -
