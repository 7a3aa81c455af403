#!/usr/bin/env python3
"""Makes a container image of one layer from a directory, as an archive that `ctr images import` and `docker load` take.

usage: mkimage.py OUT.tar NAME:TAG ROOT [ENTRYPOINT...]

The same input gives the same bytes: no times, no owners, sorted names. OUT appears only when it is complete.
"""
import hashlib
import io
import json
import os
import platform
import sys
import tarfile

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def anonymous(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def write_layer(root, path):
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as layer:
        for name in sorted(os.listdir(root)):
            layer.add(os.path.join(root, name), name, filter=anonymous)


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


def write_image(out, reference, layer, entrypoint):
    config = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {"Env": ["PATH=" + PATH], "Entrypoint": entrypoint or None},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [reference], "Layers": ["layer.tar"]}]
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as archive:
        add_json(archive, "manifest.json", manifest)
        add_json(archive, "config.json", config)
        archive.add(layer, "layer.tar", filter=anonymous)


def main(arguments):
    if len(arguments) < 3 or ":" not in arguments[1]:
        sys.exit(__doc__)
    out, reference, root = arguments[:3]
    layer, partial = out + ".layer", out + ".partial"
    try:
        write_layer(root, layer)
        os.chmod(layer, 0o644)
        write_image(partial, reference, layer, arguments[3:])
        os.replace(partial, out)
    finally:
        for left in (layer, partial):
            if os.path.exists(left):
                os.unlink(left)


if __name__ == "__main__":
    main(sys.argv[1:])
