from django.urls import path

from whoknows.aids import views

app_name = "aids"
urlpatterns = [
    path("", views.aids, name="aids"),
    path("new/", views.make, name="make"),
    path("<str:code>/", views.aid, name="aid"),
    path("<str:code>/text/", views.change, name="change"),
    path("<str:code>/verified/", views.verify, name="verify"),
    path("<str:code>/sharing/", views.share, name="share"),
]
