from django.urls import path

from sambang.market import views

app_name = "market"
urlpatterns = [
    path("", views.items, name="items"),
]
