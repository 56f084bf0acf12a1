from django.urls import path

from sambang.market import catalogue_views, views

app_name = "market"
urlpatterns = [
    path("", views.items, name="items"),
    path("ikm/<uuid:business_id>/", views.business_market, name="business"),
    path("ikm/<uuid:business_id>/barang-baru/", views.item_offer, name="offer"),
    path("ikm/<uuid:business_id>/saluran/", views.channel_set, name="channel"),
    path("saluran/<uuid:channel_id>/tutup/", views.channel_close, name="close_channel"),
    path("ikm/<uuid:business_id>/daring/", views.online_share_set, name="online_share"),
    path("ikm/<uuid:business_id>/setuju/<slug:purpose>/", views.consent_give, name="consent"),
    path("ikm/<uuid:business_id>/tarik-setuju/<slug:purpose>/", views.consent_withdraw, name="withdraw_consent"),
    path("barang/<uuid:item_id>/", views.item_change, name="change"),
    path("barang/<uuid:item_id>/gambar/", views.picture_add, name="add_picture"),
    path("barang/<uuid:item_id>/turunkan/", views.item_withdraw, name="withdraw"),
    path("barang/<uuid:item_id>/tayangkan/", views.item_offer_again, name="offer_again"),
    path("katalog/", catalogue_views.catalogue, name="catalogue"),
    path("katalog/umpan.xml", catalogue_views.feed, name="feed"),
    path("katalog/sentra/<uuid:cluster_id>/", catalogue_views.cluster, name="catalogue_cluster"),
    path("katalog/<uuid:item_id>/", catalogue_views.item, name="item"),
    path("gambar/<uuid:picture_id>/", catalogue_views.picture, name="picture"),
]
