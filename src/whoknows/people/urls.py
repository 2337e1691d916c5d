from django.urls import path

from whoknows.people import views

app_name = "people"
urlpatterns = [
    path("", views.me, name="me"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:token_id>/removal/", views.revoke, name="revoke"),
    path("look-around/", views.look_around, name="look-around"),
]
