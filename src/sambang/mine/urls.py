from django.urls import path

from sambang.mine import views

app_name = "mine"
urlpatterns = [
    path("", views.links, name="links"),
]
