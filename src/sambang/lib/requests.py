"""What a request was, for whoever keeps the machine: one log line and two figures. Never who, from where, or about
whom: an address is told by its pattern (`daftar/ikm/<uuid:business_id>/`), not by what stood in it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from sambang.lib.logs import request_id

REQUESTS = Counter("sambang_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "sambang_request_seconds", "How long an answer took.", ["route"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("sambang.requests")


def log_requests(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost. The id is our own proxy's X-Request-ID or a new one, and goes back with the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "") if settings.HTTPS else ""
        name = given if GIVEN.fullmatch(given) else uuid4().hex
        here = request_id.set(name)
        try:
            response = respond(request)
            took = time.perf_counter() - started
            route = request.resolver_match.route if request.resolver_match else "(none)"
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(method, route, response.status_code).inc()
            SECONDS.labels(route).observe(took)
            facts = {"method": method, "route": route, "status": response.status_code, "ms": round(took * 1000, 1)}
            log.info("answered", extra={"facts": facts})
        finally:
            request_id.reset(here)
        response.headers["X-Request-ID"] = name
        return response

    return middleware
