"""Builds the hostile trees of the matrix, each by the function of its name.

    tree = trees.build("special", top, canary=True)

A tree is `top`/tree; beside it may lie `top`/outside, which no scan may look
into. With `canary` its ok.env holds a key that must be found whatever lies
beside it; without, the same file is harmless. All keys are made up here, from
the tree's name, so that none is in this repository.
"""

import hashlib
import os
import socket
import stat
import struct
import subprocess
import zlib

LETTERS = ("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")
BUILDERS = {}


class Unbuildable(Exception):
    """This system cannot have such a tree; says why."""


def builder(function):
    BUILDERS[function.__name__] = function
    return function


def build(name, top, canary):
    tree = Tree(top, name, canary)
    os.makedirs(tree.path, exist_ok=True)
    tree.write("ok.env", f"KEY={tree.secret()}\n" if canary else "KEY=\n")
    BUILDERS[name](tree)
    return tree


class Tree:
    def __init__(self, top, name, canary):
        self.top, self.name, self.canary = top, name, canary
        self.path = os.path.join(top, "tree")
        self.outside = os.path.join(top, "outside")
        self.secrets = []
        self.names = {"tree": self.path, "outside": self.outside}
        self.stdin = None
        os.makedirs(self.path, exist_ok=True)

    def secret(self, kind="live"):
        """A fresh key; no output may hold it in the clear."""
        seed = f"{self.name} {len(self.secrets)}".encode()
        digest = hashlib.sha256(seed).digest()
        own = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:24])
        self.secrets.append(f"rsk_{kind}_{own}")
        return self.secrets[-1]

    def at(self, name):
        return os.path.join(os.fsencode(self.path), os.fsencode(name))

    def write(self, name, data):
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)

    def read(self, name):
        with open(self.at(name), "rb") as file:
            return file.read()

    def fill(self, word):
        for name, value in self.names.items():
            word = word.replace("{" + name + "}", value)
        return word

    def give_to(self, user):
        for folder, names, files in os.walk(self.top, topdown=False):
            for name in names + files:
                os.chown(os.path.join(folder, name), user, user,
                         follow_symlinks=False)
        os.chown(self.top, user, user)

    # --- git ---

    def git(self, *args, stdin=None, feed=None, cwd=None):
        """`stdin` is text or bytes, `feed` a file too large for memory."""
        env = {name: os.environ[name] for name in ("PATH",)}
        env.update(
            HOME=self.top, LC_ALL="C", TZ="UTC", GIT_CONFIG_GLOBAL="/dev/null",
            GIT_CONFIG_SYSTEM="/dev/null", GIT_CONFIG_COUNT="3",
            GIT_CONFIG_KEY_0="init.defaultBranch", GIT_CONFIG_VALUE_0="main",
            GIT_CONFIG_KEY_1="gc.auto", GIT_CONFIG_VALUE_1="0",
            GIT_CONFIG_KEY_2="protocol.file.allow",
            GIT_CONFIG_VALUE_2="always")
        for who in ("AUTHOR", "COMMITTER"):
            env[f"GIT_{who}_NAME"] = "A Person"
            env[f"GIT_{who}_EMAIL"] = "person@example.com"
            env[f"GIT_{who}_DATE"] = "2026-01-31T12:00:00Z"
        if isinstance(stdin, str):
            stdin = stdin.encode()
        given = {"stdin": feed} if feed else {"input": stdin}
        done = subprocess.run(["git", *args], cwd=cwd or self.path, env=env,
                              capture_output=True, check=False, **given)
        if done.returncode:
            raise Unbuildable(f"git {' '.join(args)}: " +
                              done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message="more"):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def repository(self):
        """One commit with ok.env, and one with other.env, which has a key as
        well: what a broken object of the former must not hide."""
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "base")
        self.write("app/main.js", "const a = 1;\n")
        self.commit("app")
        self.names["head"] = self.git("rev-parse", "HEAD")

    def oid_of(self, spec):
        return self.git("rev-parse", spec)

    def loose(self, oid):
        return f".git/objects/{oid[:2]}/{oid[2:]}"

    def put_object(self, kind, body, repository=".git"):
        """Any bytes as an object with its right name, which git may refuse."""
        raw = b"%s %d\0" % (kind.encode(), len(body)) + body
        oid = hashlib.sha1(raw).hexdigest()
        self.write(f"{repository}/objects/{oid[:2]}/{oid[2:]}",
                   zlib.compress(raw))
        return oid

    def overwrite(self, name, data):
        """Objects are read-only files."""
        os.unlink(self.at(name))
        self.write(name, data)

    def fifo_at(self, name):
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            os.unlink(path)
        os.mkfifo(path)


@builder
def plain(tree):
    tree.write("src/app.js", "const answer = 42;\n")


def baseline(numbers):
    """A baseline's text, with an entry for each number."""
    return ('{"format":"rskan-baseline/1","scope":"tree","folder":"."}\n' +
            "".join('{"rule":"hardcoded-resync-key","path":"src/%d.js",'
                    '"fingerprint":"%032x","in":"tree",'
                    '"masked":"rsk_live_********","reason":"old",'
                    '"since":"2026-01-31"}\n' % (n, n) for n in numbers))


@builder
def known(tree):
    """A project with old findings, and room for new ones."""
    tree.write("a.js", f'const a = "{tree.secret()}";\n')
    tree.write("b.js", f'const b = "{tree.secret()}";\n')


@builder
def empty(tree):
    os.unlink(tree.at("ok.env"))


# --- files and names --------------------------------------------------------

@builder
def special(tree):
    tree.fifo_at("fifo")
    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as sock:
        # The name of a socket has 108 bytes at most.
        fd = os.open(tree.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            sock.bind(f"/proc/self/fd/{fd}/sock")
        except OSError as error:
            raise Unbuildable(f"no socket in a folder: {error}") from error
        finally:
            os.close(fd)
    assert here == os.getcwd()
    for name, target in (("dz", "/dev/zero"), ("pm", "/proc/self/mem"),
                         ("dangling", "nowhere"), ("loop", "loop"),
                         ("self", "."), ("up", ".."), ("abs", "/etc/passwd")):
        os.symlink(target, tree.at(name))


@builder
def devices(tree):
    for name, minor in (("zero", 5), ("random", 8), ("null", 3)):
        try:
            os.mknod(tree.at(name), stat.S_IFCHR | 0o666, os.makedev(1, minor))
        except OSError as error:
            raise Unbuildable(f"no devices here: {error}") from error


NAMES = [
    b"bad\xff\xfeutf8", b"new\nline", b"esc\x1b[2J\x1b]0;t\x07", b"=cmd|calc",
    b"+1", b"-rf", b"@x", b"\tq", b"::error file=a::b",
    b"##vso[task.complete result=Succeeded;]", b"##[error]x",
    b"<img src=x onerror=alert(1)>", b"rtl\xe2\x80\xaegnp.js",
    b"c1\xc2\x9b31m", b"a%0Ab", b"quote\"'`$(id)", b"back\\slash", b"sp ace",
    b"comma,semi;", b"\xf0\x9f\x92\xa9", b"cr\rx", b"del\x7f", b"n" * 255,
    b"--help", b"nl\n::warning::x", b"~", b"*", b"c:", b"CON", b"trailing ",
    b"zero\xe2\x80\x8bwidth", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
]


@builder
def names(tree):
    for name in NAMES:
        tree.write(name, f"k={tree.secret()}\n")


@builder
def secret_names(tree):
    """Keys where one does not look for them: in the names of files, of
    folders, and of a file whose name is no UTF-8."""
    tree.write(f"a.{tree.secret()}.txt", "x\n")
    tree.write(f"{tree.secret()}/b.txt", "x\n")
    tree.write(b"c-\xff." + tree.secret().encode(), "x\n")


@builder
def deep(tree):
    """10,000 folders in each other: a path of 20 kB, over PATH_MAX."""
    fd = os.open(tree.path, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(10000):
        os.mkdir("d", dir_fd=fd)
        inner = os.open("d", os.O_RDONLY | os.O_DIRECTORY, dir_fd=fd)
        os.close(fd)
        fd = inner
    with open(os.open("s.env", os.O_CREAT | os.O_WRONLY, dir_fd=fd),
              "wb") as file:
        file.write(f"KEY={tree.secret()}\n".encode())
    os.close(fd)


@builder
def wide(tree):
    for i in range(5000):
        with open(os.path.join(tree.path, f"f{i:05d}"), "wb"):
            pass
    tree.write("f5000", f"k={tree.secret()}\n")


@builder
def million(tree):
    fd = os.open(tree.path, os.O_RDONLY | os.O_DIRECTORY)
    for i in range(1000000):
        os.close(os.open(f"f{i:06d}", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
    os.close(fd)


@builder
def sparse(tree):
    """A hole of 5 GB, and a key behind it."""
    tree.write("sparse", "")
    with open(tree.at("sparse"), "r+b") as file:
        file.truncate(5 << 30)
        file.seek(0, os.SEEK_END)
        file.write(f"\nk={tree.secret()}\n".encode())


@builder
def one_line(tree):
    """A line of 1 GB, and a key at its end."""
    with open(tree.at("oneline"), "wb") as file:
        block = b"a" * (1 << 20)
        for _ in range(1024):
            file.write(block)
        file.write(f" {tree.secret()} \n".encode())


@builder
def unreadable(tree):
    tree.write("noread", f"k={tree.secret()}\n")
    os.chmod(tree.at("noread"), 0)
    tree.write("nodir/f", f"k={tree.secret()}\n")
    os.chmod(tree.at("nodir"), 0)
    tree.write("nosearch/f", f"k={tree.secret()}\n")
    os.chmod(tree.at("nosearch"), 0o644)


@builder
def unreadable_rules(tree):
    """What git would ignore is not known, and the npm package neither."""
    tree.write(".gitignore", ".env*\n")
    tree.write("package.json",
               '{ "dependencies": { "resync-javascript": "1.0.2" } }\n')
    tree.repository()
    tree.write(".env", f"RESYNC_KEY={tree.secret()}\n")
    os.chmod(tree.at(".gitignore"), 0)


# --- encodings, and how to hide ----------------------------------------------

@builder
def encodings(tree):
    text = f'# x\nkey = "{tree.secret()}"\n'
    for name, data in {
            "utf16le-bom": b"\xff\xfe" + text.encode("utf-16-le"),
            "utf16be-bom": b"\xfe\xff" + text.encode("utf-16-be"),
            "utf16le": text.encode("utf-16-le"),
            "utf16be": text.encode("utf-16-be"),
            "utf32le-bom": b"\xff\xfe\0\0" + text.encode("utf-32-le"),
            "utf32be-bom": b"\0\0\xfe\xff" + text.encode("utf-32-be"),
            "utf8-bom": b"\xef\xbb\xbf" + text.encode(),
            "utf8": text.encode(),
            "crlf": text.replace("\n", "\r\n").encode(),
            "cr": text.replace("\n", "\r").encode()}.items():
        tree.write(name + ".txt", data)


@builder
def bad_encodings(tree):
    text = f'# x\nkey = "{tree.secret()}"\n'
    for name, data in {
            "latin1": b"\xe9\xe8 " + text.encode(),
            "badutf8": b"\xff\xc3\x28" + text.encode() + b"\xed\xa0\x80",
            "nul-before": b"\0\0\0" + text.encode(),
            "nul-between": b"\0".join(text.encode().split(b" ")),
            "nul-late": text.encode() + b"\0" * 9000 + text.encode(),
            "noeol": text.encode().rstrip(b"\n"),
            "odd-utf16": b"\xff\xfe" + text.encode("utf-16-le") + b"x",
            "half-surrogate": b"\xff\xfe" + b"\x00\xd8" +
                              text.encode("utf-16-le"),
            "bom-twice": b"\xff\xfe\xff\xfe" + text.encode("utf-16-le"),
            "nothing": b"", "bom-only": b"\xff\xfe"}.items():
        tree.write(name + ".txt", data)


@builder
def magic(tree):
    text = f'# x\nkey = "{tree.secret()}"\n'.encode()
    for name, data in {
            "pdf.txt": b"%PDF-1.4\n", "zip.env": b"PK\x03\x04" + b"x" * 60,
            "png.js": b"\x89PNG\r\n\x1a\n", "elf.py": b"\x7fELF",
            "gzip.txt": b"\x1f\x8b\x08", "class.java": b"\xca\xfe\xba\xbe",
            "git-lfs.env": b"version https://git-lfs.github.com/spec/v1\n",
            "generated.ts": b"// @generated DO NOT EDIT\n",
            "app.min.js": b"/* minified */",
            "package-lock.json": b"// lock\n"}.items():
        tree.write(name, data + b"\n" + text)


EDGES = [8 << 10, 64 << 10, 100 << 10, 256 << 10, 1 << 20, 4 << 20]


@builder
def edges(tree):
    """A key across every border at which a reader may cut a file."""
    secret = tree.secret()
    for i, edge in enumerate(EDGES):
        for back in (0, 1, 10, len(secret) + 1):
            tree.write(f"edge{i}_{back}.txt",
                       "a" * (edge - back - 1) + f" {secret} " + "a" * 200)


@builder
def many(tree):
    """100,001 findings in one file."""
    secret = tree.secret()
    tree.write("many.txt", f"k={secret}\n" * 100001)


@builder
def many_files(tree):
    """More findings than a report lists, 101 files with 1,000 each, and one
    that is graver in the last."""
    secret = tree.secret("sandbox")
    for i in range(101):
        tree.write(f"many{i:03d}.txt", f"k={secret}\n" * 1000)
    tree.write("zz.txt", f"k={tree.secret()}\n")


# --- parsers and regular expressions ------------------------------------------

SDK = "import Resync from '@resync/javascript';\nResync.logEvent({});\n"


@builder
def bombs(tree):
    """Nesting, repetition and noise, in files that are analysed."""
    for name, text in {
            "brackets.js": "[" * 70000, "template.js": "`${" * 30000,
            "parens.js": "(" * 100000 + "1" + ")" * 100000,
            "ternary.js": "a?" * 70000, "escapes.js": "\"\\\n" * 300000,
            "jsx.jsx": "<a>" * 60000, "braces.ts": "{" * 200000,
            "arrows.ts": "a=>" * 70000, "generics.ts": "a<" * 70000,
            "regex.js": "/[" * 60000, "comments.js": "/*" * 100000,
            "comma.js": "x," * 65000, "if.js": "if(1)" * 40000,
            "dots.js": "a." * 100000 + "b", "class.js": "class A{" * 30000,
            "calls.js": "f(" * 70000,
            "parens.py": "(" * 200000, "strings.go": "`" * 100001,
            "heredoc.rb": "<<A\n" * 30000, "parens.php": "<?php " + "(" * 200000}.items():
        tree.write(name, SDK + text + "\n")
    tree.write("flow.yml", "[" * 100000)
    tree.write("flowmap.yml", "{a: [" * 20000)
    tree.write("anchors.yml", "".join(
        f"k{i}: &n{i} v\n" for i in range(100000)))
    tree.write("alias.yml", "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 10) + "]\n"
        for i in range(1, 12)))
    tree.write("deep.json", "[" * 200000)
    tree.write("package.json", "{\"a\":" * 100000)
    tree.write("begin.pem", "-----BEGIN RSA PRIVATE KEY-----\n" * 35000)
    tree.write("noise.js", SDK.encode() + noise(1 << 20))


def noise(size):
    out, block = [], b"seed"
    while size > 0:
        block = hashlib.sha512(block).digest()
        out.append(block)
        size -= len(block)
    return b"".join(out)


@builder
def brackets(tree):
    for count in (65535, 65536, 65537):
        tree.write(f"b{count}.js", SDK + "[" * count)
        tree.write(f"c{count}.js", SDK + "x," * count)


@builder
def begin_pem(tree):
    tree.write("begin.pem", "-----BEGIN RSA PRIVATE KEY-----\n" * 35000)


@builder
def regex_food(tree):
    """What makes shipped patterns work hard: much of one thing."""
    for name, unit in {"a": "a", "rsk": "rsk_", "eq": "key=\"", "b64": "QUJD",
                       "dash": "-----BEGIN ", "eyj": "eyJ.", "hex": "0123abcd",
                       "url": "http://a", "ghp": "ghp_", "sk": "sk-"}.items():
        tree.write(f"{name}.txt", unit * ((1 << 19) // len(unit)))
        tree.write(f"{name}-lines.txt",
                   (unit * 20 + "\n") * ((1 << 19) // (len(unit) * 20)))


@builder
def guard(tree):
    """A key at the end of files of every size around a page."""
    secret = tree.secret()
    for size in [*range(len(secret) + 1, len(secret) + 80),
                 *range(4096 - 70, 4096 + 71)]:
        tree.write(f"g{size:04d}.txt", " " * (size - len(secret)) + secret)


# --- git ----------------------------------------------------------------------

@builder
def repo(tree):
    tree.repository()


@builder
def repo_40(tree):
    tree.repository()
    for i in range(40):
        tree.write(f"d{i % 5}/f{i % 7}", noise(i * 97 + 10).hex())
        tree.commit(f"c{i}")
    tree.names["head"] = tree.git("rev-parse", "HEAD")


@builder
def repo_packed(tree):
    repo_40(tree)
    tree.git("gc", "-q")
    tree.git("multi-pack-index", "write")
    tree.git("commit-graph", "write", "--reachable")
    tree.names["pack"] = next(
        name for name in os.listdir(os.path.join(
            tree.path, ".git", "objects", "pack")) if name.endswith(".pack"))


@builder
def pack_large(tree):
    """2,100 blobs of a MiB each that nothing makes smaller, and one behind
    them: its offset takes more than 31 bits."""
    texts = [f"KEY={tree.secret()}\n".encode() for _ in range(2)]
    sizes = [len(texts[0]), *[1 << 20] * 2100, len(texts[1])]
    stream = os.path.join(tree.top, "stream")
    tree.repository()
    with open(stream, "wb") as file:
        for mark, size in enumerate(sizes, 1):
            file.write(b"blob\nmark :%d\ndata %d\n" % (mark, size))
            file.write(os.urandom(size) if 1 < mark < len(sizes)
                       else texts[mark > 1])
            file.write(b"\n")
        file.write(b"commit refs/heads/main\ncommitter A Person "
                   b"<person@example.com> 1700000000 +0000\ndata 1\nx\n")
        for mark in range(1, len(sizes) + 1):
            file.write(b"M 100644 :%d %05d.env\n" % (mark, mark))
    with open(stream, "rb") as file:
        tree.git("-c", "core.compression=0", "fast-import", "--quiet",
                 "--force", "--max-pack-size=8g", feed=file)
    os.unlink(stream)


def fifo_instead(name):
    def function(tree):
        tree.repository()
        tree.fifo_at(f".git/{name}")
    function.__name__ = "fifo_" + name.replace("/", "_").replace("-", "_")
    builder(function)


for each_name in ("packed-refs", "config", "objects/info/alternates", "HEAD",
                  "index", "shallow", "info/grafts", "refs/heads/main",
                  "commondir", "info/exclude", "logs/HEAD"):
    fifo_instead(each_name)


@builder
def fifo_pack(tree):
    repo_packed(tree)
    tree.fifo_at(f".git/objects/pack/{tree.names['pack']}")


@builder
def fifo_pack_index(tree):
    repo_packed(tree)
    tree.fifo_at(f".git/objects/pack/{tree.names['pack'][:-5]}.idx")


@builder
def fifo_loose(tree):
    tree.repository()
    oid = tree.oid_of("HEAD:app/main.js")
    tree.names["oid"] = oid
    tree.fifo_at(tree.loose(oid))


@builder
def fifo_gitignore(tree):
    tree.repository()
    tree.fifo_at(".gitignore")
    tree.fifo_at(".gitattributes")


@builder
def fifo_policy(tree):
    tree.fifo_at(".rskan.yaml")


def broken_blob(tree, data):
    """The blob of app/main.js in a loose file with these bytes."""
    tree.repository()
    oid = tree.oid_of("HEAD:app/main.js")
    tree.names["oid"] = oid
    if data is None:
        os.unlink(tree.at(tree.loose(oid)))
    else:
        tree.overwrite(tree.loose(oid), data(tree.read(tree.loose(oid))))


@builder
def object_missing(tree):
    broken_blob(tree, None)


@builder
def object_cut(tree):
    broken_blob(tree, lambda data: data[:10])


@builder
def object_empty(tree):
    broken_blob(tree, lambda data: b"")


@builder
def object_lies(tree):
    broken_blob(tree, lambda data: zlib.compress(
        b"blob 12\0this is a blob with a too-small length value\n"))


@builder
def object_bomb(tree):
    broken_blob(tree, lambda data: zlib.compress(b"blob 4294967296\0x"))


@builder
def object_other(tree):
    """A whole object, but another one than its name says."""
    broken_blob(tree, lambda data: zlib.compress(b"blob 2\0x\n"))


@builder
def object_trailing(tree):
    broken_blob(tree, lambda data: data + b"trailing")


@builder
def commit_missing(tree):
    tree.repository()
    oid = tree.oid_of("HEAD~1")
    tree.names["oid"] = oid
    os.unlink(tree.at(tree.loose(oid)))


@builder
def tree_missing(tree):
    tree.repository()
    oid = tree.oid_of("HEAD:app")
    tree.names["oid"] = oid
    os.unlink(tree.at(tree.loose(oid)))


@builder
def tree_bomb(tree):
    """10^10 paths in ten trees."""
    tree.repository()
    blob = tree.git("hash-object", "-w", "--stdin",
                    stdin=f"k={tree.secret()}\n")
    inner = tree.git("mktree", stdin="".join(
        f"100644 blob {blob}\tf{i}\n" for i in range(10)))
    for _ in range(9):
        inner = tree.git("mktree", stdin="".join(
            f"040000 tree {inner}\td{i}\n" for i in range(10)))
    commit = tree.git("commit-tree", inner, "-m", "b")
    tree.git("update-ref", "refs/heads/bomb", commit)


@builder
def blob_bomb(tree):
    """A megabyte of loose object that unpacks to a gigabyte."""
    tree.repository()
    size = 1 << 30
    pack = zlib.compressobj(1)
    raw = [pack.compress(b"blob %d\0" % size)]
    sha = hashlib.sha1(b"blob %d\0" % size)
    block = bytes(1 << 20)
    for _ in range(1024):
        raw.append(pack.compress(block))
        sha.update(block)
    raw.append(pack.flush())
    oid = sha.hexdigest()
    tree.names["oid"] = oid
    tree.write(tree.loose(oid), b"".join(raw))


@builder
def delta_bomb(tree):
    """A small pack whose deltas double a blob again and again."""
    tree.repository()
    tree.names["oid"] = "pack-"
    write_pack(tree, doubling_entries(20))


def entry_header(kind, size):
    byte = kind << 4 | size & 15
    size >>= 4
    out = b""
    while size:
        out += bytes([byte | 0x80])
        byte, size = size & 127, size >> 7
    return out + bytes([byte])


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 0x80])
        number >>= 7
    return out + bytes([number])


def copy_op(offset, size):
    out, bits = b"", 0
    for i in range(4):
        if offset >> 8 * i & 255:
            bits |= 1 << i
            out += bytes([offset >> 8 * i & 255])
    for i in range(3):
        if size >> 8 * i & 255:
            bits |= 16 << i
            out += bytes([size >> 8 * i & 255])
    return bytes([0x80 | bits]) + out


def doubling_entries(times):
    """(oid, entry) pairs: a blob, then ref deltas that double it."""
    data = b"k" * (1 << 16)
    name = hashlib.sha1(b"blob %d\0" % len(data) + data).digest()
    entries = [(name, entry_header(3, len(data)) + zlib.compress(data))]
    size = len(data)
    for i in range(times):
        delta = varint(size) + varint(size * 2)
        for _ in (0, 1):
            for offset in range(0, size, 0xffffff):
                delta += copy_op(offset, min(size - offset, 0xffffff))
        base, size = name, size * 2
        name = hashlib.sha1(b"doubled %d" % i).digest()
        entries.append((name, entry_header(7, len(delta)) + base +
                        zlib.compress(delta)))
    return entries


def write_pack(tree, entries, version=2):
    """A pack and its index, whatever the entries say."""
    data = b"PACK" + struct.pack(">II", 2, len(entries))
    rows = []
    for name, entry in entries:
        rows.append((name, len(data), zlib.crc32(entry)))
        data += entry
    checksum = hashlib.sha1(data).digest()
    data += checksum
    rows.sort()
    fanout = b"".join(struct.pack(">I", sum(row[0][0] <= i for row in rows))
                      for i in range(256))
    if version == 2:
        index = b"\xfftOc" + struct.pack(">I", 2) + fanout + \
            b"".join(row[0] for row in rows) + \
            b"".join(struct.pack(">I", row[2]) for row in rows) + \
            b"".join(struct.pack(">I", row[1]) for row in rows)
    else:
        index = fanout + b"".join(struct.pack(">I", row[1]) + row[0]
                                  for row in rows)
    index += checksum
    index += hashlib.sha1(index).digest()
    stem = f".git/objects/pack/pack-{checksum.hex()}"
    tree.write(stem + ".pack", data)
    tree.write(stem + ".idx", index)
    tree.names["pack"] = os.path.basename(stem)


@builder
def delta_cycle(tree):
    """Two ref deltas, each the other's base."""
    tree.repository()
    names_ = [hashlib.sha1(b"one").digest(), hashlib.sha1(b"two").digest()]
    delta = zlib.compress(varint(3) + varint(3) + copy_op(0, 3))
    size = len(varint(3) + varint(3) + copy_op(0, 3))
    write_pack(tree, [
        (names_[0], entry_header(7, size) + names_[1] + delta),
        (names_[1], entry_header(7, size) + names_[0] + delta)])


@builder
def commit_circle(tree):
    """Three commits, each the parent of the next, by names of their own, and
    one that comes from itself. The keys of one tree are not in the others."""
    tree.repository()
    entries = []

    def add(kind, data, name=None):
        word = {1: b"commit", 2: b"tree", 3: b"blob"}[kind]
        name = name or hashlib.sha1(b"%s %d\0" % (word, len(data)) +
                                    data).digest()
        entries.append((name, entry_header(kind, len(data)) +
                        zlib.compress(data)))
        return name

    names_ = [hashlib.sha1(b"circle %d" % i).digest() for i in range(4)]
    for i, parent in enumerate((1, 2, 0, 3)):
        blob = add(3, f"{i}\nk={tree.secret()}\n".encode())
        top = add(2, b"100644 c%d\0" % i + blob)
        add(1, (f"tree {top.hex()}\nparent {names_[parent].hex()}\n"
                f"author A <a@b.c> {1600000000 + i} +0000\n"
                f"committer A <a@b.c> {1600000000 + i} +0000\n\n"
                f"m\n").encode(), names_[i])
    write_pack(tree, entries)
    tree.write(".git/refs/heads/circle", names_[1].hex() + "\n")


@builder
def delta_no_base(tree):
    tree.repository()
    delta = varint(3) + varint(3) + copy_op(0, 3)
    write_pack(tree, [(hashlib.sha1(b"one").digest(),
                       entry_header(7, len(delta)) +
                       hashlib.sha1(b"absent").digest() +
                       zlib.compress(delta))])


@builder
def pack_v1_index(tree):
    tree.repository()
    data = f"k={tree.secret()}\n".encode()
    name = hashlib.sha1(b"blob %d\0" % len(data) + data).digest()
    write_pack(tree, [(name, entry_header(3, len(data)) +
                       zlib.compress(data))], version=1)


@builder
def pack_cut(tree):
    repo_packed(tree)
    path = f".git/objects/pack/{tree.names['pack']}"
    os.chmod(tree.at(path), 0o644)
    os.truncate(tree.at(path), os.path.getsize(tree.at(path)) // 2)


@builder
def pack_without_index(tree):
    repo_packed(tree)
    os.unlink(tree.at(".git/objects/pack/multi-pack-index"))
    path = f".git/objects/pack/{tree.names['pack'][:-5]}.idx"
    os.unlink(tree.at(path))


@builder
def index_without_pack(tree):
    repo_packed(tree)
    os.unlink(tree.at(f".git/objects/pack/{tree.names['pack']}"))


@builder
def evil_merge(tree):
    """Content that only the merge commit itself has, and that is gone."""
    tree.repository()
    tree.git("checkout", "-q", "-b", "side")
    tree.write("s", "s\n")
    tree.commit()
    tree.git("checkout", "-q", "main")
    tree.write("m", "m\n")
    tree.commit()
    tree.git("merge", "-q", "--no-commit", "--no-ff", "side")
    tree.write("evil.txt", f"k={tree.secret()}\n")
    tree.commit("merge")
    tree.names["merge"] = tree.git("rev-parse", "HEAD")
    tree.git("rm", "-q", "evil.txt")
    tree.git("commit", "-q", "-m", "rm")


@builder
def attributes(tree):
    tree.write(".gitattributes", "*.txt -diff\n*.x binary\n*.y -text "
               "linguist-generated export-ignore\n")
    tree.repository()
    for name in ("z.txt", "z.x", "z.y"):
        tree.write(name, f"k={tree.secret()}\n")
    tree.commit()
    tree.git("rm", "-q", "z.txt", "z.x", "z.y")
    tree.git("commit", "-q", "-m", "rm")


@builder
def places(tree):
    """A key in each place of a history that is no file of a commit."""
    tree.repository()
    tree.git("commit", "-q", "--allow-empty", "-m", "msg " + tree.secret())
    tree.git("tag", "-a", "t", "-m", "tag " + tree.secret())
    tree.git("notes", "add", "-m", "note " + tree.secret())
    for name in ("older", "newer"):
        tree.write("stashed", f"k={tree.secret()} {name}\n")
        tree.git("add", "stashed")
        tree.git("stash", "-q")
    tree.git("hash-object", "-w", "--stdin",
             stdin=f"dangling {tree.secret()}\n")
    tree.git("branch", "b/" + tree.secret())
    tree.write(f"p.{tree.secret()}", "x\n")
    tree.commit("path")
    tree.git("-c", f"user.name={tree.secret()}", "commit", "-q",
             "--allow-empty", "-m", "who", "--author",
             f"{tree.secret()} <a@example.com>")
    tree.write("amended", f"k={tree.secret()}\n")
    tree.commit("to be amended")
    tree.git("rm", "-q", "-f", "amended")
    tree.git("commit", "-q", "--amend", "-m", "amended", "--allow-empty")


@builder
def forged_shallow(tree):
    repo_40(tree)
    tree.write(".git/shallow", tree.names["head"] + "\n")


@builder
def forged_grafts(tree):
    repo_40(tree)
    tree.write(".git/info/grafts", tree.names["head"] + "\n")


@builder
def forged_replace(tree):
    """The commit with the key is replaced by one without."""
    tree.write("gone.txt", f"k={tree.secret()}\n")
    tree.repository()
    tree.git("rm", "-q", "gone.txt")
    tree.git("commit", "-q", "-m", "rm")
    tree.git("replace", "--graft", "HEAD")


@builder
def shallow(tree):
    origin = Tree(tree.outside, tree.name, tree.canary)
    origin.write("ok.env", tree.read("ok.env"))
    origin.repository()
    for folder, _, _ in os.walk(tree.path, topdown=False):
        subprocess.run(["rm", "-rf", folder], check=True)
    tree.git("clone", "-q", "--depth", "1", "file://" + origin.path,
             tree.path, cwd=tree.top)


@builder
def textconv(tree):
    """Configuration that has git run programs, in each place that works."""
    tree.repository()
    touch = f"touch {tree.top}/PWNED"
    tree.write(".gitattributes", "* diff=p filter=p\n")
    tree.git("add", ".gitattributes")
    tree.write(".git/h/pre-commit", f"#!/bin/sh\n{touch}\n")
    os.chmod(tree.at(".git/h/pre-commit"), 0o755)
    for name, value in (
            ("diff.p.textconv", touch + "; cat"),
            ("core.fsmonitor", touch), ("core.sshCommand", touch),
            ("core.hooksPath", os.path.join(tree.path, ".git/h")),
            ("filter.p.clean", touch + "; cat"),
            ("filter.p.smudge", touch + "; cat"),
            ("filter.p.process", touch), ("core.pager", touch),
            ("core.editor", touch), ("gpg.program", touch),
            ("diff.external", touch), ("core.askPass", touch),
            ("core.gitProxy", touch), ("credential.helper", "!" + touch),
            ("uploadpack.packObjectsHook", touch),
            ("core.alternateRefsCommand", touch),
            ("alias.status", "!" + touch), ("include.path", "/dev/zero")):
        tree.git("config", name, value)
    tree.write("more.txt", "x\n")
    # Not through git: it would run the filters itself.
    if os.path.exists(os.path.join(tree.top, "PWNED")):
        os.unlink(os.path.join(tree.top, "PWNED"))


@builder
def bad_tree(tree):
    tree.repository()
    data = f"k={tree.secret()}\n".encode()
    oid = bytes.fromhex(tree.put_object("blob", data))
    body = b"".join(b"100644 " + name + b"\0" + oid for name in (
        b"..", b".git", b"a/../../b", b"/etc/passwd", b"x\x1b[2J", b"nl\nx",
        b".", b"", b"c1\xc2\x9b", b"\xff\xfe", b"dup", b"dup"))
    body += b"160000 sub\0" + oid + b"120000 lnk\0" + oid + \
        b"177777 weird\0" + oid + b"40000 dir\0" + oid
    top = tree.put_object("tree", body)
    commit = tree.put_object("commit", (
        f"tree {top}\nauthor a\x1b[2J <a@b> 99999999999999999999 +9999\n"
        f"committer \x1b]0;x\x07 <a> 0 +0000\n\nm\x1b[2J\n").encode())
    tree.write(".git/refs/heads/bad", commit + "\n")


@builder
def embedded(tree):
    """A bare repository inside a work tree, with hooks and a key."""
    tree.repository()
    tree.git("init", "-q", "--bare", "sub/embedded")
    oid = tree.put_object("blob", f"k={tree.secret()}\n".encode(),
                          "sub/embedded")
    top = tree.put_object("tree", b"100644 f\0" + bytes.fromhex(oid),
                          "sub/embedded")
    commit = tree.put_object("commit", (
        f"tree {top}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n"
        "\nm\n").encode(), "sub/embedded")
    tree.write("sub/embedded/refs/heads/main", commit + "\n")


def other_repository(tree):
    other = Tree(tree.outside, tree.name + " outside", False)
    other.write("other.txt", f"k={other.secret()}\n")
    other.repository()
    tree.secrets += other.secrets
    return other


@builder
def redirect(tree):
    other = other_repository(tree)
    tree.write(".git", f"gitdir: {other.path}/.git\n")


@builder
def redirect_symlink(tree):
    other = other_repository(tree)
    os.symlink(f"{other.path}/.git", tree.at(".git"))


@builder
def redirect_commondir(tree):
    other = other_repository(tree)
    tree.repository()
    tree.write(".git/commondir", f"{other.path}/.git\n")


@builder
def objects_symlink(tree):
    other = other_repository(tree)
    tree.repository()
    subprocess.run(["rm", "-rf", tree.at(".git/objects")], check=True)
    os.symlink(f"{other.path}/.git/objects", tree.at(".git/objects"))


@builder
def alternate(tree):
    other = other_repository(tree)
    tree.repository()
    tree.write(".git/objects/info/alternates",
               f"{other.path}/.git/objects\n")


@builder
def alternate_loop(tree):
    tree.repository()
    tree.write(".git/objects/info/alternates", "../objects\n")


@builder
def alternate_away(tree):
    """An alternate that is not there."""
    tree.repository()
    tree.write(".git/objects/info/alternates", "/nowhere/objects\n")


@builder
def ref_symlink(tree):
    tree.repository()
    os.symlink("/etc/passwd", tree.at(".git/refs/heads/p"))


@builder
def ref_loop(tree):
    tree.repository()
    tree.write(".git/refs/heads/a", "ref: refs/heads/b\n")
    tree.write(".git/refs/heads/b", "ref: refs/heads/a\n")


@builder
def ref_broken(tree):
    tree.repository()
    tree.write(".git/refs/heads/bad", "not an id\n")
    tree.write(".git/refs/heads/nul", "\0" * 41)
    tree.write(".git/refs/heads/gone", "1" * 40 + "\n")


@builder
def sha256(tree):
    tree.git("init", "-q", "--object-format=sha256")
    tree.git("add", ".")
    tree.git("commit", "-q", "-m", "base")
    tree.write("gone.txt", f"k={tree.secret()}\n")
    tree.commit()
    tree.git("rm", "-q", "gone.txt")
    tree.git("commit", "-q", "-m", "rm")


@builder
def partial(tree):
    tree.repository()
    tree.git("config", "core.repositoryformatversion", "1")
    tree.git("config", "extensions.partialClone", "origin")
    os.unlink(tree.at(tree.loose(tree.oid_of("HEAD:app/main.js"))))


@builder
def worktree_config(tree):
    tree.repository()
    tree.git("config", "core.repositoryformatversion", "1")
    tree.git("config", "extensions.worktreeConfig", "true")


@builder
def reftable(tree):
    tree.repository()
    tree.git("config", "core.repositoryformatversion", "1")
    tree.git("config", "extensions.refStorage", "reftable")


@builder
def unknown_extension(tree):
    tree.repository()
    tree.git("config", "core.repositoryformatversion", "1")
    tree.git("config", "extensions.somethingNew", "true")


@builder
def unborn(tree):
    os.unlink(tree.at("ok.env"))
    tree.git("init", "-q")


@builder
def no_repository(tree):
    tree.write("src/app.js", "const answer = 42;\n")


@builder
def git_folder_only(tree):
    os.mkdir(tree.at(".git"))


@builder
def foreign(tree):
    tree.repository()
    try:
        for folder, names_, files in os.walk(tree.path):
            for name in names_ + files + ["."]:
                os.chown(os.path.join(folder, name), 1234, 1234)
    except OSError as error:
        raise Unbuildable(f"cannot give files away: {error}") from error


@builder
def staged(tree):
    """The index has a key; the working copy has been cleaned since."""
    tree.repository()
    tree.write("ok.env", tree.read("ok.env") + b"# again\n")
    tree.write("a.txt", f"k={tree.secret()}\n")
    tree.git("add", ".")
    tree.write("a.txt", "clean\n")


@builder
def conflict(tree):
    """All three stages of a merge that nobody has solved."""
    tree.repository()
    tree.write("ok.env", tree.read("ok.env") + b"# again\n")
    tree.git("add", "ok.env")
    rows = ["0 " + "0" * 40 + "\tapp/main.js\n"]
    for stage, text in enumerate(("base\n", f"a k={tree.secret()}\n",
                                  f"b k={tree.secret()}\n"), 1):
        blob = tree.git("hash-object", "-w", "--stdin", stdin=text)
        rows.append(f"100644 {blob} {stage}\tapp/main.js\n")
    tree.git("update-index", "--index-info", stdin="".join(rows))


@builder
def intent_to_add(tree):
    tree.repository()
    tree.write("ok.env", tree.read("ok.env") + b"# again\n")
    tree.git("add", "ok.env")
    tree.write("later.txt", f"k={tree.secret()}\n")
    tree.git("add", "-N", "later.txt")


@builder
def split_index(tree):
    tree.repository()
    tree.write("ok.env", tree.read("ok.env") + b"# again\n")
    tree.write("a.txt", f"k={tree.secret()}\n")
    tree.git("update-index", "--split-index")
    tree.git("add", ".")


@builder
def index_cut(tree):
    staged(tree)
    os.truncate(tree.at(".git/index"), 100)


@builder
def index_junk(tree):
    staged(tree)
    tree.write(".git/index", noise(4096))


@builder
def staged_many(tree):
    tree.repository()
    tree.write("ok.env", tree.read("ok.env") + b"# again\n")
    blob = tree.git("hash-object", "-w", "--stdin",
                    stdin=f"k={tree.secret()}\n")
    tree.git("add", "ok.env")
    tree.git("update-index", "--index-info", stdin="".join(
        f"100644 {blob}\tm/f{i:05d}.txt\n" for i in range(5000)))


# --- rules and configuration ----------------------------------------------------

RULE = """id: evil-NAME
title: A rule of a test
severity: high
confidence: high
checklist: env-keys
message: A rule of a test
fix: Nothing.
page:
  what: A rule of a test.
  why: A rule of a test.
  bad: BEGIN
  good: END
  references: ["A test"]
patterns:
  - name: only
    anchors: [BEGIN]
    regex: 'REGEX'
examples:
  match:
    - {path: a.txt, text: BEGINxyzzy}
  near:
    - {path: a.txt, text: BEGIN}
"""

EVIL_REGEX = {
    "wide": r"-----BEGIN (?<secret>[\s\S]{64,}?)-----END",
    "nested": r"BEGIN(?<secret>(a+)+)$",
    "stars": r"BEGIN(?<secret>.*x.*y)",
    "verb": r"(*LIMIT_MATCH=4000000000)BEGIN(?<secret>x)",
    "nojit": r"(*NO_JIT)BEGIN(?<secret>x)",
    "byte": r"BEGIN(?<secret>\C)",
    "callout": r"BEGIN(?C1)(?<secret>x)",
    "recursion": r"BEGIN(?<secret>x(?R)?)",
    "repeat": r"BEGIN(?<secret>((((x{999}){999}){999}){999}))",
}


def rule_file(name, regex):
    return RULE.replace("NAME", name).replace("REGEX", regex)


@builder
def rules_refused(tree):
    for name, regex in EVIL_REGEX.items():
        tree.write(f"evil/evil-{name}.yaml", rule_file(name, regex))
    tree.write("evil-fine.yaml", rule_file("fine", "BEGIN(?<secret>xyzzy)"))


# --- output -----------------------------------------------------------------------

@builder
def shuffled(tree):
    """Files made in an order that nobody lists them in."""
    for i in range(60):
        k = i * 37 % 60
        tree.write(f"d{k % 7}/f{k:02d}.txt", f"k={tree.secret()}\n")


@builder
def leaky(tree):
    """Keys where masking could miss one."""
    first, second = tree.secret(), tree.secret()
    tree.write("twice.txt", f"k={first} l={second}\n" * 2)
    tree.write("joined.js", f"const a = '{first}', b = '{second}';"
               f"call('{first}','{second}')\n")
    tree.write("url.sh", f"curl http://api.getresync.com/v1?key={first}\n"
               f"curl 'https://u:{second}@api.getresync.com/'\n")
    tree.write("split.js", "import Resync from 'resync-javascript';\n"
               f"Resync.init({{ key: '{first[:15]}' +\n  '{first[15:]}' }});\n")
    tree.write("wide.txt", f"k={tree.secret()}\n".encode("utf-16"))
    tree.write("long.txt", "x" * 300 + f" k={tree.secret()} " + "y" * 300)
    tree.write("edge.txt", f"{first}\n{second}")
    tree.write("app.js", "import Resync from 'resync-javascript';\n"
               f"Resync.init({{ key: '{tree.secret()}', "
               "environment: 'sandbox' });\n"
               f"Resync.logEvent({{ eventId: '{tree.secret()}', "
               f"metadata: {{ email: '{tree.secret()}' }} }});\n")
    # No comment keeps a key from being shown, either.
    tree.write("allowed.js", f"// rskan:allow hardcoded-resync-key -- {second}\n"
               f"const k = '{tree.secret()}';\n")
    tree.repository()
    tree.git("commit", "-q", "--allow-empty", "-m",
             f"{tree.secret()} {tree.secret()}\n\n{tree.secret()}")
    tree.git("tag", "-a", "t/" + tree.secret(), "-m", tree.secret())


@builder
def leaky_policy(tree):
    tree.write(".rskan.yaml", "suppressions:\n"
               "  - rule: hardcoded-resync-key\n    path: a.txt\n"
               f"    reason: it is {tree.secret()} and {tree.secret()}\n")
    tree.write("a.txt", f"k={tree.secret()}\n")
    tree.write("b.txt", f"k={tree.secret()}\n")
    tree.fifo_at(f"f.{tree.secret()}")
    os.symlink(tree.secret(), tree.at(f"l.{tree.secret()}"))


# --- policy -------------------------------------------------------------------------

@builder
def foreign_policy(tree):
    for name, text in {
            ".rskanignore": "*\n", ".gitleaksignore": "*\n",
            ".semgrepignore": "*\n", ".trufflehogignore": ".*\n",
            ".gitleaks.toml": "[allowlist]\npaths = ['.*']\n"
                              f"# k={tree.secret()}\n",
            ".rskan.yml": "exclude:\n  - paths: ['**']\n    reason: x\n",
            ".rskan-baseline.json": '{"findings": []}\n',
            ".secrets.baseline": "{}\n", ".ignore": "*\n"}.items():
        tree.write(name, text)
    tree.write("inline.txt", "".join(
        f"k={tree.secret()} # {word}\n" for word in
        ("gitleaks:allow", "nosemgrep", "trufflehog:ignore",
         "pragma: allowlist secret")))


@builder
def own_policy(tree):
    tree.write(".rskan.yaml", """fail-on: critical
disable:
  - rule: insecure-http-url
    reason: first
exclude:
  - paths: ["hidden/**"]
    reason: second
suppressions:
  - rule: hardcoded-resync-key
    path: quiet.txt
    reason: third
severity:
  hardcoded-resync-key: low
""")
    tree.write("hidden/a.txt", f"k={tree.secret()}\n")
    tree.write("quiet.txt", f"k={tree.secret()}\n")
    tree.write("loud.txt", f"k={tree.secret()}\n")


@builder
def inline_allow(tree):
    rule = "hardcoded-resync-key"
    keys = [tree.secret() for _ in range(4)]
    tree.write("a.js", f"const a = '{keys[0]}'; // rskan:allow {rule}\n\n"
               f"\nconst b = '{keys[1]}'; // rskan:allow other-rule -- x\n"
               f"// rskan:allow {rule} -- too far away\n\n\n"
               f"const c = '{keys[2]}';\n"
               f"const d = '{keys[3]}'; // rskan:allow {rule} -- fine\n")


@builder
def policy_change(tree):
    tree.write("app/key.txt", f"k={tree.secret()}\n")
    tree.repository()
    tree.write(".rskan.yaml", "exclude:\n  - paths: ['**']\n    reason: x\n")


@builder
def ignore_bombs(tree):
    tree.repository()
    bombs_ = {
        "many": "secret.txt\n" + "x\n" * 100000,
        "stars": "**/" * 1000 + "secret.txt\n",
        "wild": "*" * 2000 + "secret*" * 30 + "\n",
        "brackets": "[" * 5000 + "\n" + "[a-" + "\n" + "[[:alpha:" + "\n",
        "nul": "\0\0secret.txt\0\n\\", "line": "s" * (1 << 20) + "\n",
    }
    for name, text in bombs_.items():
        tree.write(f"{name}/.gitignore", text)
        tree.write(f"{name}/secret.txt", f"k={tree.secret()}\n")


@builder
def policy_rules(tree):
    tree.write(".rskan.yaml", "rules: [r]\n")
    tree.write("r/evil-stars.yaml", rule_file("stars", EVIL_REGEX["stars"]))
