"""One log line and two metrics for each request. They contain no person, no client address and no object: the path is
given by its route (`daftar/ikm/<uuid:business_id>/`)."""

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

type Respond = Callable[[HttpRequest], HttpResponse]
"""The rest of the middleware chain."""
REQUESTS_COUNTER = Counter("sambang_requests", "Requests answered.", ["method", "route", "status"])
DURATION_HISTOGRAM = Histogram(
    "sambang_request_seconds", "How long an answer took.", ["route"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("sambang.requests")


def log_requests(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost middleware. The request id is X-Request-ID of our own proxy, or a new one; the response has it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        header = request.headers.get("X-Request-ID", "") if settings.HTTPS else ""
        name = header if REQUEST_ID.fullmatch(header) else uuid4().hex
        token = request_id.set(name)
        try:
            response = respond(request)
            took = time.perf_counter() - started
            route = request.resolver_match.route if request.resolver_match else "(none)"
            method = request.method if request.method in METHODS else "other"
            REQUESTS_COUNTER.labels(method, route, response.status_code).inc()
            DURATION_HISTOGRAM.labels(route).observe(took)
            fields = {"method": method, "route": route, "status": response.status_code, "ms": round(took * 1000, 1)}
            log.info("answered", extra={"facts": fields})
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response

    return middleware
