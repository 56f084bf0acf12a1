from django.urls import path

from sambang.siinas import views

app_name = "siinas"
urlpatterns = [
    path("", views.sheet_list, name="sheet_list"),
    path("ikm/<uuid:business_id>/", views.current_sheet, name="current_sheet"),
    path("ikm/<uuid:business_id>/<int:year>/<int:quarter>/", views.sheet_change, name="sheet_change"),
    path("dewan/<uuid:council_id>/<int:year>/<int:quarter>/", views.target_change, name="target_change"),
]
