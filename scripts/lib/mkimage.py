#!/usr/bin/env python3
"""Makes a container image from a directory, as an archive that `ctr images import` and `docker load` take.

usage: mkimage.py [OPTION...] OUT.tar NAME:TAG ROOT [ENTRYPOINT...]
  --base DIRECTORY   its files are a layer below; what ROOT holds of them (the same inode) is not stored again
  --owner PATH=UID   who owns PATH and all below it; root unless said
  --env NAME=VALUE, --user UID, --workdir PATH, --cmd WORD   of the image; may be repeated where that makes sense

The same input gives the same bytes: no times, no owners but those said, sorted names. OUT appears only when it is complete.
"""
import argparse
import hashlib
import io
import json
import os
import platform
import sys
import tarfile

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def owner_of(name, owners):
    """UID of the longest path of OWNERS that holds NAME."""
    holding = [path for path in owners if name == path or name.startswith(path + "/")]
    return owners[max(holding, key=len)] if holding else 0


def anonymous(entry, owners=None):
    entry.uid = entry.gid = owner_of(entry.name, owners or {})
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def write_layer(root, path, owners, below):
    """ROOT's files but for those that BELOW, the root of the layer below, has."""

    def entry(info):
        known = os.path.join(below, info.name) if below else None
        if known and os.path.lexists(known) and not info.isdir():
            if os.path.samestat(os.lstat(known), os.lstat(os.path.join(root, info.name))):
                return None
        return anonymous(info, owners)

    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as layer:
        for name in sorted(os.listdir(root)):
            layer.add(os.path.join(root, name), name, filter=entry)


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def add_json(archive, name, value):
    data = json.dumps(value, sort_keys=True).encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def write_image(out, options, layers):
    config = {
        "Env": ["PATH=" + PATH] + options.env,
        "Entrypoint": options.entrypoint or None,
        "Cmd": options.cmd or None,
        "User": options.user,
        "WorkingDir": options.workdir,
    }
    image = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {key: value for key, value in config.items() if value or key == "Entrypoint"},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer) for layer in layers]},
    }
    names = [f"layer{i}.tar" for i in range(len(layers))] if len(layers) > 1 else ["layer.tar"]
    manifest = [{"Config": "config.json", "RepoTags": [options.reference], "Layers": names}]
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as archive:
        add_json(archive, "manifest.json", manifest)
        add_json(archive, "config.json", image)
        for name, layer in zip(names, layers):
            archive.add(layer, name, filter=anonymous)


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("--base", "--user", "--workdir"):
        parser.add_argument(name, default="")
    for name in ("--owner", "--env", "--cmd"):
        parser.add_argument(name, action="append", default=[])
    for name in ("out", "reference", "root"):
        parser.add_argument(name)
    parser.add_argument("entrypoint", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if ":" not in options.reference:
        sys.exit(f"mkimage: {options.reference} is no NAME:TAG")
    return options


def main(arguments):
    options = parse(arguments)
    owners = {path.strip("/"): int(uid) for path, uid in (owner.split("=") for owner in options.owner)}
    layers, partial = [], options.out + ".partial"
    try:
        for root, below in ([(options.base, None)] if options.base else []) + [(options.root, options.base)]:
            layers.append(f"{options.out}.layer{len(layers)}")
            write_layer(root, layers[-1], owners, below)
            os.chmod(layers[-1], 0o644)
        write_image(partial, options, layers)
        os.replace(partial, options.out)
    finally:
        for left in layers + [partial]:
            if os.path.exists(left):
                os.unlink(left)


if __name__ == "__main__":
    main(sys.argv[1:])
