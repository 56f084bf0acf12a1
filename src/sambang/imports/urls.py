from django.urls import path

from sambang.imports.views import batches, population

app_name = "imports"
urlpatterns = [
    path("", batches.batch_create, name="batch_create"),
    path("perkiraan/", population.population_estimate, name="population_estimate"),
    path("<uuid:batch_id>/", batches.batch_detail, name="batch_detail"),
    path("<uuid:batch_id>/kolom/", batches.batch_columns, name="batch_columns"),
    path("<uuid:batch_id>/ambil/", batches.batch_import, name="batch_import"),
    path("<uuid:batch_id>/buang/", batches.batch_discard, name="batch_discard"),
]
