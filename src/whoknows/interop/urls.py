from django.urls import path

from whoknows.interop.rest import views
from whoknows.interop.views import people_file

app_name = "api"
# Below /organisations/: for who looks after one.
brought_in = [path("<slug:slug>/people/file/", people_file, name="people")]
urlpatterns = [
    path("suggestions", views.suggestions, name="suggestions"),
    path("openapi.json", views.openapi, name="openapi"),
]
