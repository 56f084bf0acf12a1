"""Root URLconf: one line per app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from sambang.accounts.views.members import reference_sign_in

handler500 = "sambang.ops.unavailable.error_response"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sambang.home.urls")),
    path("hari-saya/", include("sambang.notices.urls")),
    path("", include("sambang.ops.urls")),
    path("masuk/", include("sambang.accounts.urls")),
    path("daftar/impor/", include("sambang.imports.urls")),
    path("daftar/", include("sambang.registry.urls")),
    path("surat/", include("sambang.papers.urls")),
    path("kunjungan/", include("sambang.visits.urls")),
    path("aspirasi/", include("sambang.aspirations.urls")),
    path("tindakan/", include("sambang.actions.urls")),
    path("tindakan/", include("sambang.assignments.urls")),
    path("penanggung-jawab/", include("sambang.assignments.urls_outside")),
    path("produksi/", include("sambang.production.urls")),
    path("", include("sambang.market.urls_crawlers")),
    path("pasar/", include("sambang.market.urls")),
    path("pelatihan/", include("sambang.training.urls")),
    path("fasilitasi/", include("sambang.facilitation.urls")),
    path("siinas/", include("sambang.siinas.urls")),
    path("indikator/", include("sambang.indicators.urls")),
    path("hasil/", include("sambang.insight.urls")),
    path("peta/", include("sambang.maps.urls")),
    path("saya/hak/", include("sambang.privacy.urls_owner")),
    path("saya/hpp/", include("sambang.costing.urls")),
    path("saya/jual/", include("sambang.selling.urls")),
    path("maklon/", include("sambang.selling.urls_contracting")),
    path("bersama/", include("sambang.selling.urls_pooling")),
    path("saya/", include("sambang.owners.urls")),
    path("privasi/", include("sambang.privacy.urls")),
    path("lapangan/", include("sambang.field.urls")),
    path("lapangan/", include("sambang.intake.urls")),
    path("collect/", include("sambang.odk.urls")),
    path("odk/", include("sambang.odk.urls_phone")),
    # Replaces the admin's own login page, which would not require a second factor.
    path("acuan/login/", reference_sign_in),
    path("acuan/password_change/", RedirectView.as_view(pattern_name="accounts:password_change")),
    path("acuan/", admin.site.urls),
]
