#!/usr/bin/env python3
"""Verifies an export of a Spoor log, as docs/export-format.md describes it, without any code of Spoor.
Needs Python 3.9 and the package `cryptography` (Debian: python3-cryptography), for Ed25519 only. Exit code 0: everything
shown was in the log. 1: something is not; the first record is named where it can be told. 2: the input cannot be used."""
import argparse, base64, contextlib, copy, decimal, functools, hashlib, itertools, json, pathlib, re, sys, zipfile, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
LOG, WITNESS, LINE, NOTE, DEEP, MOST = 1, 4, 1 << 16, 10 ** 6, 64, 1 << 53  # kinds of keys (C2SP signed-note); most bytes of a record and of a checkpoint, levels of JSON, whole number
ESCAPES, MOMENT = {json.dumps(chr(code))[1:-1] for code in (*range(32), 34, 92)}, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
BROKEN = zlib.error, OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, RuntimeError, zipfile.BadZipFile, InvalidSignature
class Wrong(ValueError): "Something is not as the format has it; the sentence says what."
class Unusable(Exception): "The input cannot be used."
class NotProven(Exception): "The first record that is not what was in the log (None: it cannot be told), and what is wrong."
def require(holds, what, index=None, error=NotProven):
    if not holds: raise NotProven(index, what) if error is NotProven else error(what)
    return True
def told(error):  # a sentence, whatever was raised
    if isinstance(error, OSError): return "%r cannot be read: %s" % (str(error.filename or error.args[0]), error.strerror or "it is not there")
    return str(error.args[-1]) if isinstance(error, (NotProven, Wrong)) else {InvalidSignature: "a signature is not by the key that it names", zipfile.BadZipFile: "this is no zip file, or a damaged one"}.get(type(error), "it is not of its form")
@contextlib.contextmanager
def reading(what, error=NotProven):  # what is broken in it is told as this error
    try: yield
    except BROKEN as broken: require(False, "%s: %s" % (what, told(broken)), error=error)
def sha256(*parts): return hashlib.sha256(b"".join(parts)).digest()
def push(tree, value, height=0):  # the tree of RFC 6962, section 2.1, as a list of perfect subtrees (height, hash), the largest first
    while tree and tree[-1][0] == height: value, height = sha256(b"\1", tree.pop()[1], value), height + 1
    tree.append((height, value))
def root_of(tree): return functools.reduce(lambda right, left: sha256(b"\1", left, right), [value for _, value in reversed(tree)] or [sha256()])
def heights(at, end):  # of the largest aligned perfect subtrees that fill the leaves from `at` up to `end`, left to right
    while at < end:
        yield (height := min((end - at).bit_length(), (at & -at).bit_length() or 64) - 1)
        at += 1 << height
def grown(old, new, proof, known=None):  # the roots at two sizes to which a consistency proof (2.1.2) leads from the first
    if old == new: return (known or next(proof, b""),) * 2
    half = 1 << (new - 1).bit_length() - 1  # the leaves of the left subtree
    if old <= half:
        before, after = grown(old, half, proof, known)
        return before, sha256(b"\1", after, next(proof, b""))
    (before, after), left = grown(old - half, new - half, proof), next(proof, b"")
    return sha256(b"\1", left, before), sha256(b"\1", left, after)
def number(token):  # a whole number as an int; one beyond MOST or with a fraction as a float, if it is written as ECMAScript writes it
    if re.fullmatch("0|-?[1-9][0-9]{0,15}", token) and abs(int(token)) <= MOST: return int(token)
    plain = format(decimal.Decimal(repr(value := float(token) + 0.0)), "f").removesuffix(".0")
    return require(token == (plain if value == 0 or 1e-6 <= abs(value) < 1e21 else repr(value).replace("e-0", "e-")), "a number in it is not canonical JSON", error=Wrong) and value
def read_json(data, what):  # canonical (RFC 8785): keys once, in the order of UTF-16; numbers as above; no space, nothing escaped without need; no deeper than DEEP
    in_order = lambda pairs: require((keys := [key.encode("utf-16-be") for key, _ in pairs]) == sorted({*keys}), "its keys are not those of canonical JSON", error=Wrong) and dict(pairs)
    value = json.loads(text := data.decode("utf-8"), object_pairs_hook=in_order, parse_int=number, parse_float=number, parse_constant=number)
    bare = re.sub(r'"[^"\\]*(?:\\.[^"\\]*)*"', "", text)
    deep = max(itertools.accumulate((mark in "[{") - (mark in "]}") for mark in bare)) if bare.count("[") + bare.count("{") > DEEP else 0
    return require(deep <= DEEP and not re.search(r"\s", bare) and {*re.findall(r"\\(?:u....|.)", text)} <= ESCAPES, what + " is not canonical JSON", error=Wrong) and value
def fits(value, shape):  # of these types, as {"first": int, "hashes": [str]} names them; True is no number
    if type(shape) is dict: return type(value) is dict and value.keys() == shape.keys() and all(fits(value[key], shape[key]) for key in shape)
    return type(value) is list and all(fits(one, shape[0]) for one in value) if type(shape) is list else type(value) is shape and (shape is not int or value >= 0)
def unbase64(text): return require(base64.b64encode(data := base64.b64decode(text, validate=True)).decode() == text, "this is not base64 as it is written", error=Wrong) and data
def parse_key(text, kind):
    name, key_id, data = text.split("+", 2)
    key = (name, sha256(name.encode(), b"\n", data := unbase64(data))[:4], data[1:])
    is_key = re.fullmatch(r"[^\s+\0-\x1f\x7f-\x9f]+", name) and 1 < int.from_bytes(key[2], "little") % 2 ** 255 < 2 ** 255 - 20
    return require(is_key and (len(data), data[0], key[1].hex()) == (33, kind, key_id), "this is no public key of that kind: %r" % text, error=Wrong) and key
def parse_note(data):  # a signed checkpoint: its text, (origin, size, root), its signatures (name, key id and signature)
    text, origin, size, root, lines = re.fullmatch(r"(([^\0-\x1f]+)\n(0|[1-9][0-9]*)\n([^\s=]{43}=)\n)\n((?:— [^\s+\0-\x1f]+ \S+\n)+)", data.decode("utf-8")).groups()
    signatures = [(name, unbase64(signature)) for _, name, signature in map(str.split, lines.splitlines())]
    require(len(data) <= NOTE and int(size) <= MOST and all(len(signature) > 4 for _, signature in signatures), "it is too long, of a size beyond every log, or has a signature that is none", error=Wrong)
    return text.encode(), (origin, int(size), unbase64(root)), signatures
def has_signed(key, note, kind=LOG):  # what claims to be its signature and is not, raises
    claimed = [signature[4:] for name, signature in note[2] if (name, signature[:4]) == key[:2]]
    return any([Ed25519PublicKey.from_public_bytes(key[2]).verify(*(one, note[0]) if kind == LOG else (one[8:], b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(one[:8], "big"), note[0]))) is None for one in claimed])
def open_note(note, keys): return require(any([note[1][0] == key[0] and has_signed(key, note) for key in keys]), "no known key signed it for %r" % note[1][0], error=Wrong) and note[1]
def words(text): return [found for line in text.split("\n") if (found := re.findall(r"[^ \t\r]+", line))]
def parse_policy(text):  # lines `log KEY` and `witness KEY`, one `threshold N` (all witnesses when it is not said)
    lines = words(re.sub("#.*", "", text))
    logs, witnesses, said = ([value for word, value in lines if word == wanted] for wanted in ("log", "witness", "threshold"))
    holds = len(lines) == len({*logs, *witnesses}) + len(said[:1]) and len({log.split("+")[0] for log in logs}) == 1 and re.fullmatch("[0-9]*", "".join(said))
    require(holds and (threshold := int(said[0]) if said else len(witnesses)) <= len(witnesses), "the policy has other lines, names a key twice or two logs, or asks for more than it names", error=Wrong)
    return [parse_key(log, LOG) for log in logs], [parse_key(witness, WITNESS) for witness in witnesses], threshold
def parse_growth(text):  # the size known before, the hashes, and (origin, size, root) of the checkpoint it leads to
    old, hashes, note = re.fullmatch(r"old (0|[1-9][0-9]*)\n((?:[^\s=]{43}=\n){0,63})\n(.+)", text, re.DOTALL).groups()
    return require(int(old) <= MOST, "it is of a size beyond every log", error=Wrong) and int(old), [unbase64(line) for line in hashes.split()], parse_note(note.encode())[1]
MANIFEST = {"files": dict, "format": str, "key": str, "log": str, "origin": str, "ranges": [[int]], "records": int, "root": str, "selection": dict, "tree_size": int}
SELECTIONS = {"all": {}, "range": {"first": int, "last": int}, "dossier": {"dossier": str}, "controller": {"controller": str}, "period": {"from": str, "until": str}}
def check_manifest(path, manifest, checkpoint):
    ranges, selection, (origin, size, root) = manifest["ranges"], manifest["selection"], checkpoint
    of_kind = {"all": [[1, size]] if size else [], "range": [[selection.get("first"), selection.get("last")]], "period": ranges[:1]}.get(kind := selection["kind"], ranges)
    require(fits(selection, {"kind": str, **SELECTIONS[kind]}) and (kind != "period" or re.fullmatch(MOMENT + " " + MOMENT, "%(from)s %(until)s" % selection)), "the selection in manifest.json is none")
    require([manifest[name] for name in ("origin", "tree_size", "root")] == [origin, size, root.hex()] and manifest["log"] in ("events", "access") and origin.endswith("/" + manifest["log"]), "manifest.json is of another log or checkpoint")
    require((ranges, sum(last - first + 1 for first, last in ranges)) == (of_kind, manifest["records"]) and all(before + 1 < first <= last <= size for (_, before), (first, last) in zip([(0, -1), *ranges], ranges)), "the ranges in manifest.json do not ascend apart, or are not of its selection and number of records")
    for name, entry in manifest["files"].items(): require(name in ("records.csv", "opened.jsonl") and fits(entry, {"bytes": int, "sha256": str}) and [entry["bytes"], entry["sha256"]] == [len(data := (path / name).read_bytes()), sha256(data).hex()], "%r is not the file manifest.json names" % name)
def check_line(line, manifest, streams):  # its form, its place in its stream, its moment, and that it was selected
    record, selection = read_json(line, "it"), manifest["selection"]
    kind, dossier = selection["kind"], selection.get("dossier") if manifest["log"] == "events" else None
    stream, at, sequence = (record["aggregate_type"], record["aggregate_id"]), record["recorded_at"], record["sequence"]
    last, before, streams[stream], streams["at"] = streams.get(stream), streams.get("at", ""), sequence, at
    require(re.fullmatch(MOMENT, at) and all(type(name) is str for name in stream) and type(sequence) is int and sequence > 0, "its header is not one of a record", error=Wrong)
    require(sequence > last if last and kind in ("dossier", "controller") and not dossier else sequence == (last + 1 if last else 1 if kind == "all" or dossier else sequence), "its sequence is %s, after %s in its stream" % (sequence, last))
    require(at >= before, "it was taken before the record before it")
    require((kind != "period" or selection["from"] <= at < selection["until"]) and dossier in (None, record["aggregate_id"]), "it is not one of the selection")
def read_records(path, manifest, size, marks):  # the root, and what is wrong first: (record, what, whether nothing before it is)
    proof, tree, streams, wrong, at = read_json((path / "proof.json").read_bytes(), "proof.json"), [], {}, None, 0
    require(fits(proof, {"gaps": [{"first": int, "hashes": [str], "last": int}], "size": int}) and all(re.fullmatch("[0-9a-f]{64}", value) for gap in proof["gaps"] for value in gap["hashes"]), "proof.json is none")
    with (path / "records.jsonl").open("rb") as records, (path / "leaves.txt").open("rb") as leaves:
        for first, last in manifest["ranges"] + [[size + 1, size]]:
            if at + 1 < first:  # what lies between is filled by the roots of subtrees
                gap, fill = proof["gaps"].pop(0), list(heights(at, first - 1))
                require((gap["first"], gap["last"], len(gap["hashes"])) == (at + 1, first - 1, len(fill)), "proof.json is of other records")
                [push(tree, bytes.fromhex(value), height) for height, value in zip(fill, gap["hashes"])], meet(marks, first - 1, tree)
            for at in range(first, last + 1):
                leaf = sha256(b"\0", (line := records.readline(LINE + 1)).removesuffix(b"\n"))
                is_named = (named := leaves.read(65)) == leaf.hex().encode() + b"\n" and line.endswith(b"\n")
                try:
                    require(line or named or wrong, "it and what follows it is missing")
                    require(is_named or wrong, "it is missing, or not the line that its hash in leaves.txt names", error=Wrong)
                    wrong or check_line(line[:-1], manifest, streams)
                except (NotProven, *BROKEN) as error: wrong = (at, told(error), not isinstance(error, NotProven))  # out of order: what stands before it may be what was altered
                push(tree, bytes.fromhex(named.decode()) if re.fullmatch(rb"[0-9a-f]{64}\n", named) else leaf), meet(marks, at, tree)
        wrong = wrong or ((None, "there are more lines or hashes than records exported", False) if records.read(1) or leaves.read(1) else None)
    return require(not proof["gaps"] and at <= size == proof["size"], "proof.json or manifest.json is of other records") and (root_of(tree), wrong)
def read_mark(name, data, keys, is_kept, log, most):  # to compare with on the way: a checkpoint kept elsewhere, or an earlier one in the export
    with reading(repr(name), Unusable if is_kept else NotProven):
        origin, size, root = open_note(parse_note(data), keys)
        require(origin == log and (is_kept or size <= most and name == "checkpoints/%d" % size), "it is of another log or size", error=Wrong)
        return {"name": name, "size": size, "root": root, "kept": is_kept, "agrees": None if size else root == sha256()}
def meet(marks, size, tree): [mark.update(agrees=mark["root"] == root_of(tree)) for mark in marks if mark["size"] == size]
def conclude(size, root, marks, growths, found, wrong):  # holds what was read against the signed root and the marks
    after = lambda marks, below: max((mark["size"] for mark in marks if mark["agrees"] and mark["size"] < below), default=0) + 1
    differs = min((mark["size"] for mark in marks if mark["agrees"] is False), default=size)
    first = wrong[0] if wrong and wrong[2] and wrong[0] <= differs else after(marks, differs)
    require(found == root, "the records part from the log between %d and %d%s" % (after(marks, differs), differs, "; record %s: %s" % wrong[:2] if wrong else ""), first)
    require(not wrong, wrong and wrong[1], wrong and wrong[0])
    for mark in (kept := sorted((mark for mark in marks if mark["kept"]), key=lambda mark: mark["size"])):
        require(mark["agrees"] is not False, "two histories: %r is of other records" % mark["name"], after(kept, mark["size"]))
        (old, before), (new, later) = sorted([(mark["size"], mark["root"]), (size, root)])
        proof = next((iter(hashes) for since, hashes, (_, *to) in growths if (since, *to) == (old, new, later)), None)
        mark["joins"] = mark["agrees"] or proof and ((not old or grown(old, new, proof, before) == (before, later)) and next(proof, None) is None)
        require(mark["joins"] is not False, "the proof of growth does not join the export to %r: these are two histories" % mark["name"])
        require(mark["joins"] or mark["size"] < size, "the export is truncated or old: %r has %d records" % (mark["name"], new), size + 1)
    require(all(mark["joins"] for mark in kept), "the records do not reach from each checkpoint given to the export: give a proof of growth", error=Unusable)
ADDED = rb"UT(\x05\0.{5}|\x09\0.{9}|\x0d\0.{13})|ux\x0b\0.{11}|UX(\x08\0.{8}|\x0c\0.{12})|\x0a\0\x20\0.{32}"  # moments and owners, as programs add them to an entry
LARGE = rb"PK\x06\x06\x2c\0{7}.{4}\0{8}(.{8})\1.{16}PK\x06\x07\0{4}.{8}\x01\0{3}"  # what stands before the end where a number is too large for it
def chunks(file): return iter(functools.partial(file.read, 1 << 20), b"")
def unpacked(package, info):  # the length of what is packed there; one byte more than the list says is enough to tell
    (whole := copy.copy(info)).file_size, whole.CRC = info.file_size + 1, None
    return sum(map(len, chunks(package.open(whole))))
def check_list(file, size, package):  # that every program reads the zip file alike: docs/export-format.md has the rules
    number, part = lambda data, at, length=2: int.from_bytes(data[at:at + length], "little"), lambda at, length: (file.seek(max(0, at)), file.read(length))[1]
    end, large, spans, infos = part(size - 22, 22), part(size - 98, 76), [], package.infolist()
    count, length, at, stop = [number(large, place, 8) for place in (32, 40, 48)] + [size - 98] if (is_large := end[10:12] == b"\xff\xff" or b"\xff" * 4 in (end[12:16], end[16:20])) else [number(end, 10), number(end, 12, 4), number(end, 16, 4), size - 22]
    holds = [re.fullmatch(rb"PK\x05\x06\0{4}(..)\1.{8}\0\0", end, re.DOTALL), (at, at + length) == (package.start_dir, stop), number(large, 64, 8) == stop and re.fullmatch(LARGE, large, re.DOTALL) if is_large else large[56:60] != b"PK\6\7"]
    for info in infos:
        head, name, added = part(start := info.header_offset, 30), part(at + 46, number(entry := part(at, 46), 28)), part(at + 46 + number(entry, 28), number(entry, 30))
        same = (entry[:4], head[:4], head[6:10], head[26:28], part(start + 30, len(name))) == (b"PK\1\2", b"PK\3\4", entry[8:12], entry[28:30], name) and (number(entry, 8) & 8 or b"\xff" * 4 in (entry[20:24], entry[24:28]) or head[14:26] == entry[16:28])  # sums and lengths may stand behind the file, or in more bytes
        holds += [same, number(entry, 10) in (0, 8), not number(entry, 8) & ~0x80e, not number(entry, 32), re.fullmatch(rb"[ -\[\]-~]+", name), re.fullmatch(rb"(?:%b)*(\x01\0(\x08\0.{8}|\x10\0.{16}|\x18\0.{24}))?(?:%b)*" % (ADDED, ADDED), added, re.DOTALL)]
        spans[len(spans):], at = [(start, start + 30 + number(head, 26) + number(head, 28) + info.compress_size)], at + 46 + len(name) + len(added)
    spans = [(0, 0), *sorted(spans), (package.start_dir, stop)]
    holds += [at == stop, spans[1][0] == 0, count == len(infos) == len({*package.namelist()}), *(one[1] <= two[0] for one, two in zip(spans, spans[1:]))]
    require(all(holds) and all(info.file_size == unpacked(package, info) for info in infos), "this zip file is damaged, or packed in a way that not every program reads: unpack it and verify the directory", error=Wrong)
def open_package(path):  # an export, and the names of its files; in a zip file the records are read even if damaged: the tree names which
    if (folder := pathlib.Path(path)).is_dir(): return folder, [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
    with folder.open("rb") as file: check_list(file, folder.stat().st_size, package := zipfile.ZipFile(path))
    for name in {"records.jsonl", "leaves.txt"} & {*(names := package.namelist())}: del package.getinfo(name).CRC
    return zipfile.Path(package), [name for name in names if not name.endswith("/")]
def verify(path, keys=None, policy=None, kept=(), growths=()):  # says what is proven by these texts; raises NotProven or Unusable
    with reading(where := path, Unusable):
        path, names = open_package(path)
        (path / "records.jsonl").open("rb").close(), (manifest := read_json((path / "manifest.json").read_bytes(), "manifest.json"))
        require(type(manifest) is dict and manifest.get("format") == "spoor-export/1", "manifest.json is not of spoor-export/1, which this program reads", error=Wrong)
    with reading("a key, policy or proof of growth that was given", Unusable):
        given, growths = None if keys is None else [parse_key(key, LOG) for key, in words(keys)], [parse_growth(text) for text in growths]
        logs, witnesses, threshold = (given, [], 0) if policy is None else parse_policy(policy)
        given = logs if given is None else [key for key in logs if key in given]
        require(given != [], "it holds no key, or the policy has another", error=Wrong)
    with reading("manifest.json"):
        require(fits(manifest, {"earlier_keys": [str], **MANIFEST} if manifest.get("earlier_keys") else MANIFEST), "it says other things than one of spoor-export/1")
        named = [parse_key(text, LOG) for text in [manifest["key"], *manifest.get("earlier_keys", [])]]
    with reading("checkpoint"):
        origin, size, root = (note := parse_note((path / "checkpoint").read_bytes()))[1]
        marks = [read_mark(name, text.encode(), given or named, True, origin, size) for name, text in kept]
        require(open_note(note, given or named) and has_signed(named[0], note), "manifest.json names a key that did not sign")
        require(len(signed := [witness[0] for witness in witnesses if has_signed(witness, note, WITNESS)]) >= threshold, "%d witnesses have countersigned, that is too few" % len(signed))
    with reading("the files of the export"):
        own = [name for name in names if re.fullmatch("checkpoints/[^/]+", name)]
        marks += [read_mark(name, (path / name).read_bytes(), (given or []) + named, False, origin, size) for name in own]
        check_manifest(path, manifest, note[1])
        conclude(size, root, marks, [growth for growth in growths if growth[2][0] == origin], *read_records(path, manifest, size, marks))
        [all(chunks(zipfile.ZipFile(where).open(name))) for name in ("records.jsonl", "leaves.txt") if isinstance(path, zipfile.Path)]  # now with their sums
    ignored = map(repr, sorted({*names} - {"manifest.json", "records.jsonl", "leaves.txt", "proof.json", "checkpoint", *own, *manifest["files"]}))
    return "; ignored: ".join(filter(None, ["%d records of %s at size %d, countersigned by %d" % (manifest["records"], origin, size, len(signed)), ", ".join(ignored)]))
def main():
    (parser := argparse.ArgumentParser(description="Verifies an export of a Spoor log: a directory or a zip file.")).add_argument("path")
    files = {"key": "the log's public keys, one a line", "policy": "who must have signed", "checkpoint": "one kept elsewhere", "growth": "a proof that the log grew from or to it"}
    [parser.add_argument("--" + name, metavar="FILE", type=pathlib.Path, action="append", default=[], help=files[name]) for name in files]
    given = vars(parser.parse_args())
    try:
        with reading("what was given", Unusable): keys, policy, kept, growths = [[file.read_bytes().decode("utf-8") for file in given[name]] for name in files]
        require(max(len(keys), len(policy)) < 2, "--key and --policy can each be given once", error=Unusable)
        print("PROVEN:", verify(given["path"], *keys or [None], *policy or [None], list(zip(map(str, given["checkpoint"]), kept)), growths))
        print("Held against the key", "given." if keys or policy else "the export names: compare it with the one from the log's keeper.")
    except NotProven as error: sys.exit(print("NOT PROVEN%s: %s" % (", record %d" % error.args[0] if error.args[0] else "", error.args[1])) or 1)
    except Unusable as error: sys.exit(print("UNUSABLE: %s" % error, file=sys.stderr) or 2)
if __name__ == "__main__": main()
