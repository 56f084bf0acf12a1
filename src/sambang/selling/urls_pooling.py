"""The office's pages of orders that a sentra's members share."""

from django.urls import path

from sambang.selling.views import pooling

app_name = "pooling"
urlpatterns = [
    path("", pooling.pooled_order_list, name="pooled_order_list"),
    path("baru/", pooling.pooled_order_create, name="pooled_order_create"),
    path("<uuid:order_id>/", pooling.pooled_order_detail, name="pooled_order_detail"),
    path("<uuid:order_id>/batal/", pooling.pooled_order_cancel, name="pooled_order_cancel"),
    path("bagian/<uuid:share_id>/pesan/", pooling.share_message, name="share_message"),
]
