"""Serves the www folder of the package and answers /health; needs only the Python 3.8 that comes with DSM 7.

Usage: server.py PORT FOLDER PID_FILE
"""

import functools
import http.server
import json
import os
import pathlib
import signal
import sys
import time

STARTED = time.time()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, and the state of the service as JSON under /health."""

    def do_GET(self):
        if self.path.split("?")[0] == "/health":
            self.send_health()
        else:
            super().do_GET()

    def send_health(self):
        state = {"state": "running", "pid": os.getpid(), "seconds": round(time.time() - STARTED, 1)}
        body = json.dumps(state).encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def stop(_signal, _frame):
    """End at once when start-stop-status asks for it."""
    sys.exit(0)


def main():
    port, folder, pid_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    signal.signal(signal.SIGTERM, stop)
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("", port), handler) as server:
        pathlib.Path(pid_file).write_text(str(os.getpid()), encoding="ascii")
        sys.stderr.write(f"listening on port {port}\n")
        server.serve_forever()


if __name__ == "__main__":
    main()
