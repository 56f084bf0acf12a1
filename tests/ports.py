"""Ports for servers of tests: given by the system, so that two tests at once do not choose the same one.

granian shares a port with whoever listens there already: a test would meet another test's server.
"""

from __future__ import annotations

import socket


def spare_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
