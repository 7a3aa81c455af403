#!/usr/bin/env python3
"""Unpacks image archives into a folder that, served over HTTP, is a container registry to pull from.

usage: registry.py DIRECTORY IMAGE.tar...

    DIRECTORY/v2/NAME/blobs/sha256:HEX            configurations and layers
    DIRECTORY/v2/NAME/manifests/sha256:HEX        manifests
    DIRECTORY/v2/NAME/manifests/TAG               a link to one of them
NAME is the image's without its registry. What is there already is not written again; nothing is removed. The layout is
that of the pull half of the OCI distribution specification; repo-server.py adds the headers.
"""
import hashlib
import json
import os
import sys
import tarfile

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"


def place(folder, name, write):
    """Makes folder/name by `write(path)`, whole or not at all."""
    path = os.path.join(folder, name)
    if not os.path.lexists(path):
        os.makedirs(folder, exist_ok=True)
        beside = f"{path}.{os.getpid()}"
        write(beside)
        os.rename(beside, path)


def copy(source, path):
    with open(path, "wb") as out:
        while block := source.read(1 << 20):
            out.write(block)


def hex_digest(source):
    sha = hashlib.sha256()
    while block := source.read(1 << 20):
        sha.update(block)
    return sha.hexdigest()


def add_blob(archive, member, folder, media_type):
    digest = "sha256:" + hex_digest(archive.extractfile(member))
    place(folder, digest, lambda path: copy(archive.extractfile(member), path))
    return {"mediaType": media_type, "digest": digest, "size": archive.getmember(member).size}


def add_image(directory, archive_path):
    with tarfile.open(archive_path) as archive:
        (image,) = json.load(archive.extractfile("manifest.json"))
        (reference,) = image["RepoTags"]
        name, tag = reference.split("/", 1)[1].rsplit(":", 1)
        home = os.path.join(directory, "v2", name)
        blobs, manifests = os.path.join(home, "blobs"), os.path.join(home, "manifests")
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": add_blob(archive, image["Config"], blobs, CONFIG),
            "layers": [add_blob(archive, layer, blobs, LAYER) for layer in image["Layers"]],
        }
    text = json.dumps(manifest, sort_keys=True).encode()
    digest = "sha256:" + hashlib.sha256(text).hexdigest()

    def write(path):
        with open(path, "wb") as out:
            out.write(text)

    place(manifests, digest, write)
    link = os.path.join(manifests, tag)
    if not os.path.islink(link) or os.readlink(link) != digest:
        beside = f"{link}.{os.getpid()}"
        os.symlink(digest, beside)
        os.rename(beside, link)


def main():
    directory, *archives = sys.argv[1:]
    for archive in archives:
        add_image(directory, archive)


main()
