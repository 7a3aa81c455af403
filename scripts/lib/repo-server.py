"""repo-server.py ADDRESS PORT DIRECTORY: serves DIRECTORY, which may be replaced as a whole at any time.

The handler joins every request's path to DIRECTORY anew, so a rename takes effect with the next request.
"""

import functools
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # apt keeps one connection for all its requests

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def main():
    address, port, directory = sys.argv[1:]
    handler = functools.partial(Handler, directory=directory)
    http.server.ThreadingHTTPServer((address, int(port)), handler).serve_forever()


main()
