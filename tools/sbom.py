#!/usr/bin/env python3
"""The software bill of materials of a built program, as SPDX 2.3 JSON.

    tools/sbom.py build/rskan             prints it
    tools/sbom.py --check build/rskan     and checks it; prints what is wrong

One package for rskan, one for each library that the program names (NEEDED),
with the version that it was linked with here, and, below those, the libraries
that come along with them. Versions are the distribution's where it can be asked
(dpkg), else what pkg-config says, else none; none of the libraries that rskan
names itself may be without. SOURCE_DATE_EPOCH is the time in it; without it, the
time of the last commit.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Library as it is named in the program: pkg-config module, licence. What rskan
# names itself must be here; what comes along with it need not.
KNOWN = {
    "libpcre2-8": ("libpcre2-8", "BSD-3-Clause"),
    "libgit2": ("libgit2", "GPL-2.0-only WITH GCC-exception-2.0"),
    "libcjson": ("libcjson", "MIT"),
    "libdeflate": ("libdeflate", "MIT"),
    "libyaml-0": ("yaml-0.1", "MIT"),
    "libc": (None, "LGPL-2.1-or-later"),
    "libm": (None, "LGPL-2.1-or-later"),
    "ld-linux-x86-64": (None, "LGPL-2.1-or-later"),
    "ld-linux-aarch64": (None, "LGPL-2.1-or-later"),
}


def output(*command):
    """What a command prints; "" when it cannot be run or fails."""
    try:
        done = subprocess.run(command, check=False, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def base_of(soname):
    return soname.split(".so", maxsplit=1)[0]


def needed_by(path):
    return re.findall(r"\(NEEDED\).*\[(.+)\]",
                      output("readelf", "-W", "-d", path))


def loaded_by(program):
    """Soname to path of all that the loader takes."""
    found = re.findall(r"^\s*(\S+) => (\S+) \(0x", output("ldd", program),
                       re.MULTILINE)
    loader = re.findall(r"^\s*(/\S+) \(0x", output("ldd", program),
                        re.MULTILINE)
    return dict(found) | {os.path.basename(p): p for p in loader}


def package_of(path):
    """(name, version) of the distribution's package of a file."""
    real = os.path.realpath(path)
    for name in (path, real, path.removeprefix("/usr"), "/usr" + path):
        owner = output("dpkg-query", "-S", name).split(": ")[0]
        if owner:
            owner = owner.split(",")[0]
            version = output("dpkg-query", "-W", "-f=${Version}", owner)
            return owner.split(":")[0], version
    return None, None


def version_of(soname, path):
    name, version = package_of(path)
    if version:
        return name, version
    module = KNOWN.get(base_of(soname), (None, None))[0]
    version = output("pkg-config", "--modversion", module).strip() if (
        module) else ""
    return base_of(soname), version or None


def identifier(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def describe(soname, path):
    name, version = version_of(soname, path)
    package = {
        "SPDXID": identifier(soname),
        "name": base_of(soname),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": KNOWN.get(base_of(soname),
                                     (None, "NOASSERTION"))[1],
        "copyrightText": "NOASSERTION",
        "comment": f"dynamically linked as {soname}, of the package {name}",
    }
    if version:
        package["versionInfo"] = version
    return package


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def created():
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or output(
        "git", "-C", ROOT, "log", "-1", "--format=%ct").strip() or "0"
    return output("date", "-u", "-d", "@" + epoch,
                  "+%Y-%m-%dT%H:%M:%SZ").strip()


def own_version(program):
    return output(program, "--version").split()[-1]


def relation(one, kind, other):
    return {"spdxElementId": identifier(one), "relationshipType": kind,
            "relatedSpdxElement": identifier(other)}


def make(program):
    version, digest = own_version(program), sha256(program)
    direct = needed_by(program)
    loaded = loaded_by(program)
    own = {
        "SPDXID": identifier("rskan"),
        "name": "rskan",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
    }
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT",
                  "relationshipType": "DESCRIBES",
                  "relatedSpdxElement": identifier("rskan")}]
    for soname in sorted(loaded):
        if soname in direct:
            relations.append(relation("rskan", "DYNAMIC_LINK", soname))
        for other in sorted(needed_by(loaded[soname])):
            if other in loaded:
                relations.append(relation(soname, "DEPENDS_ON", other))
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"rskan-{version}",
        "documentNamespace":
            uuid.uuid5(uuid.NAMESPACE_OID, "rskan" + digest).urn,
        "creationInfo": {"created": created(),
                         "creators": ["Tool: rskan-sbom"]},
        "packages": [own, *(describe(soname, loaded[soname])
                            for soname in sorted(loaded))],
        "relationships": relations,
    }


def complaints(bill, program):
    """What SPDX 2.3 wants, and what we want: every linked library's version."""
    packages = {p["SPDXID"]: p for p in bill["packages"]}
    if len(packages) != len(bill["packages"]):
        yield "two packages have one id"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                        bill["creationInfo"]["created"]):
        yield "no time of creation"
    direct = needed_by(program)
    if not direct:
        yield f"{program} names no libraries: is it the program?"
    for soname in direct:
        package = packages.get(identifier(soname))
        if not package or not package.get("versionInfo"):
            yield f"{soname}: not in the bill, or without a version"
        elif base_of(soname) not in KNOWN:
            yield f"{soname}: tools/sbom.py does not know its licence"
    for entry in bill["relationships"]:
        for key in ("spdxElementId", "relatedSpdxElement"):
            if entry[key] not in packages and entry[key] != "SPDXRef-DOCUMENT":
                yield f"{entry[key]} is named and not there"
    for package in bill["packages"]:
        for field in ("name", "downloadLocation", "licenseDeclared"):
            if not package.get(field):
                yield f"{package['SPDXID']} has no {field}"


def main():
    args = [arg for arg in sys.argv[1:] if arg != "--check"]
    if len(args) != 1:
        sys.exit(__doc__)
    bill = make(args[0])
    if "--check" not in sys.argv:
        json.dump(bill, sys.stdout, indent=1)
        print()
        return
    wrong = list(complaints(bill, args[0]))
    for line in wrong:
        print(line)
    print(f"{len(bill['packages']) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
