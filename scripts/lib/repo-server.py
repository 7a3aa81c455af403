"""repo-server.py ADDRESS PORT PACKAGES REGISTRY [PEM]: serves the package repository at /, and the images at /v2/; over
TLS, with the certificate and key of the file PEM, if there is one.

Both folders may be replaced as a whole at any time: every request's path is joined to its folder anew, so a rename
takes effect with the next request.
"""

import functools
import http.server
import os
import ssl
import sys

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # apt keeps one connection for all its requests

    def __init__(self, *args, packages, registry, **kwargs):
        self.registry = registry
        super().__init__(*args, directory=packages, **kwargs)

    def translate_path(self, path):
        if path.startswith("/v2/"):
            self.directory = self.registry
        return super().translate_path(path)

    def guess_type(self, path):
        return MANIFEST if "/manifests/" in path else super().guess_type(path)

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        path = os.path.realpath(self.translate_path(self.path)) if hasattr(self, "path") else ""
        if os.path.basename(path).startswith("sha256:"):
            self.send_header("Docker-Content-Digest", os.path.basename(path))
        super().end_headers()


def main():
    address, port, packages, registry, *pem = sys.argv[1:]
    handler = functools.partial(Handler, packages=packages, registry=registry)
    server = http.server.ThreadingHTTPServer((address, int(port)), handler)
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem[0])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


main()
