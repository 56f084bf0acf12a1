from django.urls import path

from sambang.market.views import catalogue, curation, items, mappings, marketplaces, rss

app_name = "market"
urlpatterns = [
    path("", items.item_list, name="item_list"),
    path("ikm/<uuid:business_id>/", items.business_detail, name="business_detail"),
    path("ikm/<uuid:business_id>/barang-baru/", items.item_create, name="item_create"),
    path("ikm/<uuid:business_id>/label.pdf", marketplaces.label_document, name="label_document"),
    path("ikm/<uuid:business_id>/lokapasar/", marketplaces.marketplace_fill, name="marketplace_fill"),
    path("ikm/<uuid:business_id>/saluran/", items.channel_create, name="channel_create"),
    path("saluran/<uuid:channel_id>/tutup/", items.channel_close, name="channel_close"),
    path("ikm/<uuid:business_id>/daring/", items.online_share_change, name="online_share_change"),
    path("ikm/<uuid:business_id>/setuju/<slug:purpose>/", items.consent_give, name="consent_give"),
    path("ikm/<uuid:business_id>/tarik-setuju/<slug:purpose>/", items.consent_withdraw, name="consent_withdraw"),
    path("barang/<uuid:item_id>/", items.item_change, name="item_change"),
    path("barang/<uuid:item_id>/gambar/", items.picture_create, name="picture_create"),
    path("barang/<uuid:item_id>/turunkan/", items.item_withdraw, name="item_withdraw"),
    path("barang/<uuid:item_id>/tayangkan/", items.item_reoffer, name="item_reoffer"),
    path("lokapasar/", mappings.mapping_list, name="mapping_list"),
    path("lokapasar/baru/<uuid:council_id>/", mappings.mapping_upload, name="mapping_upload"),
    path("lokapasar/<uuid:mapping_id>/", mappings.mapping_detail, name="mapping_detail"),
    path("kurasi/", curation.curation_list, name="curation_list"),
    path("kurasi/<uuid:item_id>/", curation.curation_detail, name="curation_detail"),
    path("kurasi/<uuid:item_id>/tayangkan/", curation.item_publish, name="item_publish"),
    path("kurasi/<uuid:item_id>/kembalikan/", curation.item_return, name="item_return"),
    path("katalog/", catalogue.catalogue_list, name="catalogue_list"),
    path("katalog/umpan.xml", catalogue.catalogue_feed, {"shop": "GOOGLE"}, name="catalogue_feed"),
    path("katalog/umpan-meta.xml", catalogue.catalogue_feed, {"shop": "META"}, name="catalogue_feed_meta"),
    path("katalog/sentra/", catalogue.catalogue_cluster_list, name="catalogue_cluster_list"),
    path("katalog/sentra/<uuid:cluster_id>/", catalogue.catalogue_cluster, name="catalogue_cluster"),
    path("katalog/sentra/foto/<uuid:photo_id>.jpg", catalogue.cluster_photo, name="cluster_photo"),
    path("katalog/sentra/<uuid:cluster_id>/baru.xml", rss.catalogue_news, name="catalogue_news"),
    path("katalog/<uuid:item_id>/", catalogue.catalogue_item, name="catalogue_item"),
    path("gambar/<uuid:picture_id>/", catalogue.picture_image, name="picture_image"),
]
