from django.urls import path

from sambang.registry.views import businesses, clusters, groups, industries, merging, permits, register_state

app_name = "registry"
urlpatterns = [
    path("", clusters.cluster_list, name="cluster_list"),
    path("sentra/baru/", clusters.cluster_create, name="cluster_create"),
    path("sentra/<uuid:cluster_id>/", clusters.cluster_detail, name="cluster_detail"),
    path("sentra/<uuid:cluster_id>/ubah/", clusters.cluster_update, name="cluster_update"),
    path("sentra/<uuid:cluster_id>/ketua/", clusters.cluster_name_head, name="cluster_name_head"),
    path("sentra/<uuid:cluster_id>/ikm/baru/", businesses.business_create, name="business_create"),
    path("sentra/<uuid:cluster_id>/kelompok/baru/", groups.group_create, name="group_create"),
    path("kelompok/<uuid:group_id>/", groups.group_detail, name="group_detail"),
    path("kelompok/<uuid:group_id>/ubah/", groups.group_change, name="group_change"),
    path("kelompok/anggota/<int:member_id>/keluar/", groups.group_member_remove, name="group_member_remove"),
    path("kebenaran/", register_state.register_state_detail, name="register_state_detail"),
    path("izin/", permits.permit_list, name="permit_list"),
    path("kbli/", industries.industry_list, name="industry_list"),
    path("kbli/pindah/", industries.industry_transition, name="industry_transition"),
    path("kbli/pindah/<int:change_id>/", industries.industry_move, name="industry_move"),
    path("ikm/<uuid:business_id>/masih-ada/", register_state.business_confirm, name="business_confirm"),
    path("ikm/<uuid:business_id>/tidak-ditemukan/", register_state.business_not_found, name="business_not_found"),
    path("ikm/", businesses.business_list, name="business_list"),
    path("ikm/baru/", businesses.business_create_outside, name="business_create_outside"),
    path("ikm/cari-nik/", businesses.business_find_nik, name="business_find_nik"),
    path("ikm/<uuid:business_id>/", businesses.business_detail, name="business_detail"),
    path("ikm/<uuid:business_id>/identitas/", businesses.business_identity, name="business_identity"),
    path("ikm/<uuid:business_id>/ubah/", businesses.business_update, name="business_update"),
    path("ikm/<uuid:business_id>/tutup/", businesses.business_close, name="business_close"),
    path("ikm/<uuid:business_id>/buka/", businesses.business_reopen, name="business_reopen"),
    path("ikm/<uuid:business_id>/produk/", businesses.product_line_create, name="product_line_create"),
    path("ikm/<uuid:business_id>/izin/", businesses.permit_create, name="permit_create"),
    path("ikm/<uuid:business_id>/gabung/", merging.business_duplicates, name="business_duplicates"),
    path("penggabungan/<uuid:record_id>/batal/", merging.business_unmerge, name="business_unmerge"),
    path("ikm/<uuid:business_id>/gabung/<uuid:other_id>/", merging.business_merge, name="business_merge"),
    path("produk/<uuid:line_id>/berhenti/", businesses.product_line_end, name="product_line_end"),
]
