from django.urls import path

from sambang.maps import views

app_name = "maps"
urlpatterns = [
    path("", views.map_detail, name="map_detail"),
    path("sentra/<uuid:cluster_id>/", views.cluster_position, name="cluster_position"),
    path("sentra/<uuid:cluster_id>/hapus/", views.cluster_position_remove, name="cluster_position_remove"),
    path("ikm/<uuid:business_id>/", views.business_position, name="business_position"),
    path("ikm/<uuid:business_id>/hapus/", views.business_position_remove, name="business_position_remove"),
    path("batas/<uuid:council_id>/", views.outline_upload, name="outline_upload"),
    path("batas/<uuid:council_id>/hapus/", views.outline_remove, name="outline_remove"),
]
