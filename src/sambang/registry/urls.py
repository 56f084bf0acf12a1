from django.urls import path

from sambang.registry.views import businesses, clusters, groups, merging

app_name = "registry"
urlpatterns = [
    path("", clusters.clusters, name="clusters"),
    path("sentra/baru/", clusters.register_cluster, name="register_cluster"),
    path("sentra/<uuid:cluster_id>/", clusters.cluster, name="cluster"),
    path("sentra/<uuid:cluster_id>/ubah/", clusters.change_cluster, name="change_cluster"),
    path("sentra/<uuid:cluster_id>/ketua/", clusters.name_head, name="name_head"),
    path("sentra/<uuid:cluster_id>/ikm/baru/", businesses.register_business, name="register_business"),
    path("sentra/<uuid:cluster_id>/kelompok/baru/", groups.form_group, name="form_group"),
    path("kelompok/<uuid:group_id>/", groups.group, name="group"),
    path("kelompok/anggota/<int:member_id>/keluar/", groups.leave_group, name="leave_group"),
    path("ikm/", businesses.businesses, name="businesses"),
    path("ikm/cari-nik/", businesses.find_nik, name="find_nik"),
    path("ikm/<uuid:business_id>/", businesses.business, name="business"),
    path("ikm/<uuid:business_id>/identitas/", businesses.identity, name="identity"),
    path("ikm/<uuid:business_id>/ubah/", businesses.change_business, name="change_business"),
    path("ikm/<uuid:business_id>/tutup/", businesses.close_business, name="close_business"),
    path("ikm/<uuid:business_id>/buka/", businesses.reopen_business, name="reopen_business"),
    path("ikm/<uuid:business_id>/produk/", businesses.add_product_line, name="add_product_line"),
    path("ikm/<uuid:business_id>/izin/", businesses.add_permit, name="add_permit"),
    path("ikm/<uuid:business_id>/gabung/", merging.choose_duplicate, name="choose_duplicate"),
    path("ikm/<uuid:business_id>/gabung/<uuid:other_id>/", merging.merge, name="merge"),
    path("produk/<uuid:line_id>/berhenti/", businesses.end_product_line, name="end_product_line"),
]
