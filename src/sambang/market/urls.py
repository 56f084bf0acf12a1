from django.urls import path

from sambang.market.views import catalogue, items

app_name = "market"
urlpatterns = [
    path("", items.items, name="items"),
    path("ikm/<uuid:business_id>/", items.business_market, name="business"),
    path("ikm/<uuid:business_id>/barang-baru/", items.item_offer, name="offer"),
    path("ikm/<uuid:business_id>/saluran/", items.channel_set, name="channel"),
    path("saluran/<uuid:channel_id>/tutup/", items.channel_close, name="close_channel"),
    path("ikm/<uuid:business_id>/daring/", items.online_share_set, name="online_share"),
    path("ikm/<uuid:business_id>/setuju/<slug:purpose>/", items.consent_give, name="consent"),
    path("ikm/<uuid:business_id>/tarik-setuju/<slug:purpose>/", items.consent_withdraw, name="withdraw_consent"),
    path("barang/<uuid:item_id>/", items.item_change, name="change"),
    path("barang/<uuid:item_id>/gambar/", items.picture_add, name="add_picture"),
    path("barang/<uuid:item_id>/turunkan/", items.item_withdraw, name="withdraw"),
    path("barang/<uuid:item_id>/tayangkan/", items.item_offer_again, name="offer_again"),
    path("katalog/", catalogue.catalogue, name="catalogue"),
    path("katalog/umpan.xml", catalogue.feed, name="feed"),
    path("katalog/sentra/<uuid:cluster_id>/", catalogue.cluster, name="catalogue_cluster"),
    path("katalog/<uuid:item_id>/", catalogue.item, name="item"),
    path("gambar/<uuid:picture_id>/", catalogue.picture, name="picture"),
]
