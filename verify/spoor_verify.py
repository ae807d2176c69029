#!/usr/bin/env python3
"""Verifies an export of a Spoor log, as docs/export-format.md describes it, without any code of Spoor.

Needs Python 3.8 and the package `cryptography` (Debian: python3-cryptography), for Ed25519 only. Exit code 0: everything
shown was in the log. 1: something is not; the first record is named where it can be told. 2: the input cannot be used.
"""
import argparse, base64, hashlib, json, os, re, sys, zipfile, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 1, 4  # kinds of keys, as C2SP signed-note numbers them
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
BROKEN = (OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, RecursionError, RuntimeError,
          zipfile.BadZipFile, zlib.error)

class Unusable(Exception):
    """The input cannot be used."""

class Spelled(str):
    """A number with a fraction or an exponent, kept as it is spelled."""

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def push(tree, value, height=0):
    """Adds a perfect subtree to an RFC 6962 tree: a list of perfect subtrees (height, hash), the largest first."""
    while tree and tree[-1][0] == height:
        value, height = sha256(b"\1", tree.pop()[1], value), height + 1
    tree.append((height, value))

def root_of(tree):
    values = [value for _, value in tree] or [sha256()]
    while len(values) > 1:
        values.append(sha256(b"\1", values.pop(-2), values.pop()))
    return values[0]

def heights(at, end):
    """Heights of the largest aligned perfect subtrees that fill the leaves [at, end), left to right."""
    while at < end:
        height = min((end - at).bit_length(), (at & -at).bit_length() or 64) - 1
        yield height
        at += 1 << height

def grown(old, new, old_root, proof, is_whole=True):
    """The old and the new root that a consistency proof leads to (RFC 6962, 2.1.2)."""
    if old == new:
        return (old_root, old_root) if is_whole else (proof[-1], proof.pop())
    split, last = 1 << (new - 1).bit_length() - 1, proof.pop()
    if old <= split:
        one, two = grown(old, split, old_root, proof, is_whole)
        return one, sha256(b"\1", two, last)
    one, two = grown(old - split, new - split, old_root, proof, False)
    return sha256(b"\1", last, one), sha256(b"\1", last, two)

def has_grown(old, old_root, new, new_root, proof):
    proof = list(proof)
    is_so = grown(old, new, old_root, proof) == (old_root, new_root) if old else old_root == sha256()
    return is_so and not proof

def canonical(value):
    """RFC 8785: keys in the order of UTF-16, no space, nothing escaped without need."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return str(value) if isinstance(value, Spelled) else json.dumps(value, ensure_ascii=False)

def read_json(data):
    value = json.loads(data.decode("utf-8"), parse_float=Spelled, parse_constant=int)  # NaN is no JSON: a ValueError
    return value, canonical(value).encode("utf-8", "surrogatepass") == data

def parse_key(text, kind):
    name, key_id, data = text.split("+", 2)
    data = base64.b64decode(data, validate=True)
    key = (name, sha256(name.encode(), b"\n", data)[:4], data[1:], text)
    if len(data) != 33 or data[0] != kind or key[1].hex() != key_id:
        raise ValueError("this is not the public key of a %s" % ("log" if kind == LOG else "witness"))
    return key

def parse_note(data):
    """A signed checkpoint: its text, (origin, size, root), its signatures (name, key id, signature)."""
    text, _, lines = data.decode("utf-8").rpartition("\n\n")
    origin, size, root = text.split("\n")
    signatures = [(line.split(" ")[1], base64.b64decode(line.split(" ")[2], validate=True)) for line in lines.splitlines()]
    root, told = base64.b64decode(root, validate=True), "".join("— %s %s\n" % (n, base64.b64encode(s).decode()) for n, s in signatures)
    again = "%s\n%d\n%s\n\n%s" % (origin, int(size), base64.b64encode(root).decode(), told)
    if again.encode() != data or len(root) != 32 or not signatures:
        raise ValueError("this is not a signed checkpoint")
    return (text + "\n").encode(), (origin, int(size), root), [(name, s[:4], s[4:]) for name, s in signatures]

def has_signed(key, note, is_cosignature=False):
    """Whether this key signed; what claims to be its signature and is not, raises."""
    claimed = [s for name, key_id, s in note[2] if (name, key_id) == key[:2]]
    for s in claimed:
        head, s = (b"cosignature/v1\ntime %d\n" % int.from_bytes(s[:8], "big"), s[8:]) if is_cosignature else (b"", s)
        try:
            Ed25519PublicKey.from_public_bytes(key[2]).verify(s, head + note[0])
        except InvalidSignature:
            raise ValueError("the signature of %s does not fit the checkpoint" % key[3])
    return bool(claimed)

def signed_note(data, key):
    note = parse_note(data)
    if note[1][0] != key[0] or not has_signed(key, note):
        raise ValueError("the checkpoint of %s is not signed by %s" % (note[1][0], key[3]))
    return note

def parse_policy(text):
    """One `log KEY`, lines `witness KEY`, one `threshold N`; all witnesses when it is not said."""
    lines = [line.split("#")[0].split() for line in text.splitlines() if line.split("#")[0].strip()]
    (log,) = [parse_key(value, LOG) for word, value in lines if word == "log"]
    witnesses = [parse_key(value, WITNESS) for word, value in lines if word == "witness"]
    (threshold,) = [int(value) for word, value in lines if word == "threshold"] or [len(witnesses)]
    if not 0 <= threshold <= len(set(witnesses)) == len(witnesses) or {word for word, _ in lines} - {"log", "witness", "threshold"}:
        raise ValueError("the policy names a witness twice, asks for more than it names, or has lines of another kind")
    return log, witnesses, threshold

def parse_growth(data):
    """The size known before, the hashes, the new checkpoint: (old, [hash], (origin, size, root))."""
    head, _, checkpoint = data.partition(b"\n\n")
    old, *hashes = head.decode("ascii").split("\n")
    return int(old[len("old "):]), [base64.b64decode(value, validate=True) for value in hashes], parse_note(checkpoint)[1]

class Package:
    """The export: a directory or a zip file."""
    def __init__(self, path):
        self.path, self.zip = path, None if os.path.isdir(path) else zipfile.ZipFile(path)
    def open(self, name):
        return self.zip.open(name) if self.zip else open(os.path.join(self.path, name), "rb")
    def read(self, name):
        with self.open(name) as file:
            return file.read()
    def earlier(self):
        names = self.zip.namelist() if self.zip else ["checkpoints/" + n for n in sorted(os.listdir(self.path + "/checkpoints"))] \
            if os.path.isdir(self.path + "/checkpoints") else []
        return [name for name in names if name.startswith("checkpoints/") and not name.endswith("/")]

class Verification:
    """Holds an export against a key, a policy, checkpoints kept elsewhere; `found` says what is wrong, the first of each kind."""
    def __init__(self, path, key=None, policy=None, kept=(), growths=()):
        self.found, self.marks, self.policy, self.growths = {}, [], policy, growths
        try:
            self.package = Package(path)
            self.manifest, is_canonical = read_json(self.package.read("manifest.json"))
            if self.manifest["format"] != "spoor-export/1":
                raise ValueError("this program reads spoor-export/1")
        except BROKEN as error:
            raise Unusable("%s is no export: %s" % (path, error))
        if key and policy and key != policy[0]:
            raise Unusable("the key given is not the one in the policy")
        self.holds("canonical", is_canonical, "manifest.json is not written as canonical JSON")
        try:
            self.key = key or (policy[0] if policy else parse_key(self.manifest["key"], LOG))
            self.note = parse_note(self.package.read("checkpoint"))
        except BROKEN as error:
            return self.find("checkpoint", None, "the key or the checkpoint of the export: %s" % error)
        self.origin, self.size, self.root = self.note[1]
        for name, data in kept:
            try:
                self.marks.append([name, True, None, *signed_note(data, self.key)[1][1:]])
            except BROKEN as error:
                raise Unusable("the checkpoint %s cannot be used: %s" % (name, error))
        for check in (self.check_signatures, self.check_manifest, self.check_files, self.read_own_marks, self.read_records):
            try:
                check()
            except BROKEN as error:
                self.find(check.__name__, None, "%s: %s: %s" % (check.__name__, type(error).__name__, error))
        self.compare_kept()

    def find(self, kind, index, what):
        self.found.setdefault(kind, (index, what))

    def holds(self, kind, is_so, what, index=None):
        return is_so or self.find(kind, index, what)
