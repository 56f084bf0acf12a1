"""Health: /alive and /ready for monitoring, /metrics for Prometheus, and the backup page for administrators."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from sambang.access.models import Person
from sambang.access.permissions import may_somewhere, public
from sambang.audit.models import ChainHead
from sambang.ops.backups import backups_in, newest_backup
from sambang.ops.purge import erased_since
from sambang.ops.readiness import readiness
from sambang.ops.unavailable import RETRY_AFTER_SECONDS

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@public(reason="monitoring: whether the process responds")
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"alive": True})


@public(reason="monitoring: whether the site is ready and its backup fresh")
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 if the site cannot store what it receives. Besides `ready` and `backup` the response lists only failed checks
    (readiness.py)."""
    state = readiness()
    body = {"ready": state.is_ready, "backup": state.backup}
    body |= {name: value for name, value in asdict(state).items() if value not in ((), "ok")}
    response = JsonResponse(body, status=200 if state.is_ready else 503)
    if not state.is_ready:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


@public(reason="Prometheus metrics on this machine, or with SAMBANG_METRICS_TOKEN; 404 for all others")
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_is_local(request) or _has_token(request)):
        raise Http404
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several workers, one sum
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    ours, newest = CollectorRegistry(), newest_backup()
    if newest is not None:
        age = Gauge("sambang_backup_age_seconds", "Age of the newest backup.", registry=ours)
        age.set((datetime.now(UTC) - newest.created_at).total_seconds())
    return HttpResponse(generate_latest(registry) + generate_latest(ours), content_type=CONTENT_TYPE_LATEST)


def _is_local(request: HttpRequest) -> bool:
    """Whether the request comes from this machine without a proxy."""
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not any(
        name in request.headers for name in FORWARDED
    )


def _has_token(request: HttpRequest) -> bool:
    token = settings.SAMBANG_METRICS_TOKEN
    return bool(token) and compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, Person) or not may_somewhere(request.user, "ops.see"):
        raise PermissionDenied
    context = {
        "readiness": readiness(),
        "backups": erased_since(backups_in(settings.SAMBANG_BACKUPS)[:10]).items(),
        "drill": last_drill(),
        "tip": ChainHead.objects.filter(pk=1).first(),
    }
    return render(request, "ops/health.html", context)


def last_drill() -> dict[str, object] | None:
    """{at, file, error} of the last `sambang drill`, None before the first."""
    try:
        result: dict[str, object] = json.loads((settings.SAMBANG_BACKUPS / "drill.json").read_text(encoding="utf-8"))
        return result | {"at": datetime.fromisoformat(str(result["at"]))}
    except (OSError, ValueError, KeyError):
        return None
