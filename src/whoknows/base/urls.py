from django.urls import path

from whoknows.base import views

app_name = "base"
urlpatterns = [
    path("about/", views.about, name="about"),
    path("about/source.zip", views.source, name="source"),
    path("components/", views.components, name="components"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("healthz", views.healthz, name="healthz"),
]
