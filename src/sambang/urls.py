"""Every page hangs here, one line a step of the work."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sambang.home.urls")),
    path("masuk/", include("sambang.team.urls")),
    path("daftar/", include("sambang.registry.urls")),
    path("kunjungan/", include("sambang.visits.urls")),
    path("aspirasi/", include("sambang.aspirations.urls")),
    path("tindakan/", include("sambang.actions.urls")),
    path("produksi/", include("sambang.production.urls")),
    path("pasar/", include("sambang.market.urls")),
    path("pelatihan/", include("sambang.training.urls")),
    path("hasil/", include("sambang.insight.urls")),
    path("saya/", include("sambang.mine.urls")),
    path("collect/", include("sambang.odk.urls")),
    path("odk/", include("sambang.odk.urls_phone")),
    path("acuan/", admin.site.urls),
]
