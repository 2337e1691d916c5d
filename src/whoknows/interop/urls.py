from django.urls import path

from whoknows.interop.rest import views

app_name = "api"
urlpatterns = [
    path("suggestions", views.suggestions, name="suggestions"),
    path("openapi.json", views.openapi, name="openapi"),
]
