#!/usr/bin/env python3
"""Verifies an export of a Spoor log, as docs/export-format.md describes it, without any code of Spoor.

Needs Python 3.9 and the package `cryptography` (Debian: python3-cryptography), for Ed25519 only. Exit code 0: everything
shown was in the log. 1: something is not; the first record is named where it can be told. 2: the input cannot be used.
"""
import argparse, base64, functools, hashlib, json, pathlib, re, sys, zipfile, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 1, 4  # kinds of keys, as C2SP signed-note numbers them
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
BROKEN = zlib.error, OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, RuntimeError, zipfile.BadZipFile, InvalidSignature
class Unusable(Exception): "The input cannot be used."
class NotProven(Exception): "The first record that is not what was in the log (None: it cannot be told), and what is wrong."

def require(holds, what, index=None):
    if not holds:
        raise NotProven(index, what)
def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def push(tree, value, height=0):
    """Adds a perfect subtree to an RFC 6962 tree: a list of perfect subtrees (height, hash), the largest first."""
    while tree and tree[-1][0] == height:
        value, height = sha256(b"\1", tree.pop()[1], value), height + 1
    tree.append((height, value))
def root_of(tree):
    return functools.reduce(lambda right, left: sha256(b"\1", left, right), [value for _, value in reversed(tree)] or [sha256()])
def heights(at, end):
    """Heights of the largest aligned perfect subtrees that fill the leaves from `at` up to `end`, left to right."""
    while at < end:
        height = min((end - at).bit_length(), (at & -at).bit_length() or 64) - 1
        yield height
        at += 1 << height

def read_json(data, what):
    """Keys in order, no space, nothing escaped without need (RFC 8785, for the keys and numbers that records have)."""
    value = json.loads(data.decode("utf-8"), parse_constant=int)  # int("NaN") is refused
    if json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace") != data:
        raise ValueError(what + " is not canonical JSON")
    return value

def parse_key(text, kind):
    name, key_id, data = text.split("+", 2)
    data = base64.b64decode(data, validate=True)
    key = (name, sha256(name.encode(), b"\n", data)[:4], data[1:])
    if len(data) != 33 or data[0] != kind or "%s+%s+%s" % (name, key[1].hex(), base64.b64encode(data).decode()) != text:
        raise ValueError("this is not the public key of a %s: %s" % ("log" if kind == LOG else "witness", text))
    return key
def parse_note(data):
    """A signed checkpoint: its text, (origin, size, root), its signatures (name, key id and signature)."""
    text, _, lines = data.decode("utf-8").rpartition("\n\n")
    (origin, size, root), lines = text.split("\n"), [line.split(" ") for line in lines.splitlines()]
    size, root = int(size), base64.b64decode(root, validate=True)
    signatures = [(name, base64.b64decode(signature, validate=True)) for _, name, signature in lines]
    told = "".join("— %s %s\n" % (name, base64.b64encode(signature).decode()) for name, signature in signatures)
    if "%s\n%d\n%s\n\n%s" % (origin, size, base64.b64encode(root).decode(), told) != data.decode("utf-8") or len(root) != 32:
        raise ValueError("this is not a signed checkpoint")
    return (text + "\n").encode(), (origin, size, root), signatures
def has_signed(key, note, kind=LOG):  # what claims to be its signature and is not, raises
    claimed = [signature[4:] for name, signature in note[2] if (name, signature[:4]) == key[:2]]
    for signature in claimed:
        head = b"" if kind == LOG else b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big")
        Ed25519PublicKey.from_public_bytes(key[2]).verify(signature[0 if kind == LOG else 8:], head + note[0])
    return bool(claimed)
def open_note(data, key):
    note = parse_note(data)
    if note[1][0] != key[0] or not has_signed(key, note):
        raise ValueError("the checkpoint of %s is not signed by the key of %s" % (note[1][0], key[0]))
    return note
def parse_policy(text):  # one `log KEY`, lines `witness KEY`, one `threshold N` (all of them when it is not said)
    lines = [line.split("#")[0].split() for line in text.splitlines() if line.split("#")[0].strip()]
    (log,), witnesses = ([value for word, value in lines if word == wanted] for wanted in ("log", "witness"))
    (threshold,) = [int(value) for word, value in lines if word == "threshold"] or [len(witnesses)]
    if {word for word, _ in lines} - {"log", "witness", "threshold"} or not threshold <= len(set(witnesses)) == len(witnesses):
        raise ValueError("the policy has other lines, names a witness twice or asks for more than it names")
    return parse_key(log, LOG), [parse_key(witness, WITNESS) for witness in witnesses], threshold

def check_manifest(path, manifest, checkpoint):
    ranges, selection, (origin, size, root) = manifest["ranges"], manifest["selection"], checkpoint
    named = (manifest["origin"], manifest["tree_size"], manifest["root"], manifest["log"])
    require(named == (origin, size, root.hex(), origin.rpartition("/")[2]), "manifest.json is of another log or checkpoint")
    require(sum(last - first + 1 for first, last in ranges) == manifest["records"], "manifest.json miscounts its records")
    kinds = {"all": [[1, size]] if size else [], "dossier": ranges, "period": ranges[:1],
             "range": [[selection.get("first"), selection.get("last")]]}
    require(ranges == kinds[selection["kind"]], "the ranges in manifest.json are not those of its selection")
    for name, entry in manifest["files"].items():
        require(name in ("records.csv", "opened.jsonl"), "manifest.json names %s, which is no file of an export" % name)
        data = (path / name).read_bytes()
        require({"bytes": len(data), "sha256": sha256(data).hex()} == entry, "%s is not the file manifest.json names" % name)
def check_line(line, manifest, streams):
    """Its form, its place in its stream, its moment, and that it was selected."""
    record, selection = read_json(line, "it"), manifest["selection"]
    kind, dossier = selection["kind"], selection.get("dossier") if manifest["log"] == "events" else None
    stream, at, sequence = (record["aggregate_type"], record["aggregate_id"]), record["recorded_at"], record["sequence"]
    last, before, streams[stream], streams["at"] = streams.get(stream), streams.get("at", ""), sequence, at
    starts = sequence == 1 if kind == "all" or dossier else True
    # What names a dossier in the access log stands in many streams, between other things.
    follows = sequence > last if last and kind == "dossier" and not dossier else sequence == last + 1 if last else starts
    is_selected = (not dossier or record["aggregate_id"] == dossier) and \
        (kind != "period" or selection["from"] <= at < selection["until"])
    require(MOMENT.fullmatch(at) and type(sequence) is int, "its header is not one of a record")
    require(follows, "its sequence is %s, after %s in its stream" % (sequence, last))
    require(at >= before, "it was taken before the record before it")
    require(is_selected, "it is not one of the selection")

def read_records(path, manifest, size, marks):
    """The root that the leaves lead to, and what is wrong first: (record, what, whether nothing before it is)."""
    proof, tree, streams, wrong, at = read_json((path / "proof.json").read_bytes(), "proof.json"), [], {}, None, 0
    gaps = iter(proof["gaps"])
    with (path / "records.jsonl").open("rb") as records, (path / "leaves.txt").open("rb") as leaves:
        for first, last in manifest["ranges"] + [[size + 1, size]]:
            if at + 1 < first:  # what lies between is filled by the roots of subtrees
                gap, fill = next(gaps), list(heights(at, first - 1))
                require((gap["first"], gap["last"], len(gap["hashes"])) == (at + 1, first - 1, len(fill)), "proof.json is of other records")
                for height, value in zip(fill, gap["hashes"]):
                    push(tree, bytes.fromhex(value), height)
                meet(marks, first - 1, tree)
            for at in range(first, last + 1):
                line, named = records.readline(1 << 16), leaves.read(65)
                leaf = sha256(b"\0", line[:-1])
                if named != leaf.hex().encode() + b"\n" or not line.endswith(b"\n"):
                    wrong = wrong or (at, "it is missing, or not the line that its hash in leaves.txt names", True)
                try:
                    wrong or check_line(line[:-1], manifest, streams)
                except (NotProven, *BROKEN) as error:  # out of order: what stands before it may be what was altered
                    wrong = (at, str(error.args[-1]), not isinstance(error, NotProven))
                push(tree, bytes.fromhex(named.decode()) if re.fullmatch(rb"[0-9a-f]{64}\n", named) else leaf)
                meet(marks, at, tree)
        if records.read(1) or leaves.read(1):
            wrong = wrong or (None, "there are more lines or hashes than records exported", False)
    require(next(gaps, None) is None and at <= size == proof["size"], "proof.json or manifest.json is of other records")
    return root_of(tree), wrong
def meet(marks, size, tree):
    [mark.update(agrees=mark["root"] == root_of(tree)) for mark in marks if mark["size"] == size]
def read_mark(name, data, key, is_kept):
    try:
        _, size, root = open_note(data, key)[1]
    except BROKEN as error:
        raise Unusable("%s: %s" % (name, error)) if is_kept else error
    require(is_kept or name == "checkpoints/%d" % size, name + " is of another size")
    return {"name": name, "size": size, "root": root, "kept": is_kept, "agrees": None if size else True}
def conclude(size, root, marks, found, wrong):
    """Holds what was read against the signed root, and against the checkpoints kept elsewhere."""
    after = lambda marks, below: max((mark["size"] for mark in marks if mark["agrees"] and mark["size"] < below), default=0) + 1
    if found != root:
        differs = min((mark["size"] for mark in marks if mark["agrees"] is False), default=size)
        first = wrong[0] if wrong and wrong[2] and wrong[0] <= differs else after(marks, differs)
        named = "; record %s: %s" % wrong[:2] if wrong else ""
        require(False, "the records part from the log between %d and %d%s" % (after(marks, differs), differs, named), first)
    require(not wrong, wrong and wrong[1], wrong and wrong[0])
    for mark in (kept := [mark for mark in marks if mark["kept"]]):
        require(mark["agrees"] is not False, "two histories: %s is of other records" % mark["name"], after(kept, mark["size"]))
        require(mark["size"] <= size, "the export is truncated or old: %s has %d records" % (mark["name"], mark["size"]), size + 1)
        if mark["agrees"] is None:
            raise Unusable("the records do not reach from %s to the export: compare a full export with it" % mark["name"])

def verify(path, key=None, policy=None, kept=()):
    """Returns in words what was proven. Raises NotProven or Unusable."""
    try:
        path = zipfile.Path(path) if zipfile.is_zipfile(path) else pathlib.Path(path)
        if json.loads((path / "manifest.json").read_bytes())["format"] != "spoor-export/1" or (key and policy and key != policy[0]):
            raise ValueError("this program reads spoor-export/1, and the key given must be the one of the policy")
    except BROKEN as error:
        raise Unusable("%s: %s" % (path, error))
    try:
        manifest = read_json((path / "manifest.json").read_bytes(), "manifest.json")
        named = parse_key(manifest["key"], LOG)
        key = key or (policy[0] if policy else named)
        note = open_note((path / "checkpoint").read_bytes(), key)
        _, size, root = note[1]
        require(named == key, "manifest.json names another key")
        own = (path / "checkpoints").iterdir() if (path / "checkpoints").is_dir() else ()
        marks = [read_mark(name, data, key, True) for name, data in kept]
        marks += [read_mark("checkpoints/" + file.name, file.read_bytes(), key, False) for file in own]
        signed = [witness[0] for witness in policy[1] if has_signed(witness, note, WITNESS)] if policy else []
        require(not policy or len(signed) >= policy[2], "%d witnesses have countersigned, that is too few" % len(signed))
        check_manifest(path, manifest, note[1])
        conclude(size, root, marks, *read_records(path, manifest, size, marks))
    except BROKEN as error:
        raise NotProven(None, "%s: %s" % (type(error).__name__, error))
    return "%d records of %s at size %d, countersigned by %d" % (manifest["records"], key[0], size, len(signed))
def main():
    parser = argparse.ArgumentParser(description="Verifies an export of a Spoor log: a directory or a zip file.")
    parser.add_argument("path")
    for name, text in (("key", "the log's public key"), ("policy", "who must have signed"), ("checkpoint", "one kept elsewhere")):
        parser.add_argument("--" + name, metavar="FILE", type=pathlib.Path, action="append", default=[], help=text)
    given = parser.parse_args()
    try:
        key = parse_key(given.key[-1].read_text().split("\n")[0], LOG) if given.key else None
        policy = parse_policy(given.policy[-1].read_text()) if given.policy else None
        print("PROVEN:", verify(given.path, key, policy, [(str(file), file.read_bytes()) for file in given.checkpoint]))
        print("Held against the key", "given." if key or policy else "that the export names: compare it with the one from the log's keeper.")
    except NotProven as error:
        sys.exit(print("NOT PROVEN%s: %s" % (", record %d" % error.args[0] if error.args[0] else "", error.args[1])) or 1)
    except (Unusable, *BROKEN) as error:
        sys.exit(print("UNUSABLE: %s" % error, file=sys.stderr) or 2)
if __name__ == "__main__":
    main()
