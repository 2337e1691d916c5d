from django.urls import path

from whoknows.aids import views

app_name = "aids"
urlpatterns = [
    path("", views.aids, name="aids"),
    path("new/", views.make, name="make"),
    path("<slug:code>/", views.aid, name="aid"),
    path("<slug:code>/text/", views.change, name="change"),
    path("<slug:code>/verified/", views.verify, name="verify"),
    path("<slug:code>/sharing/", views.share, name="share"),
]
