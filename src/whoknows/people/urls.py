from django.urls import path

from whoknows.people import views

app_name = "people"
# Below /organisations/: for who looks after one.
looked_after = [
    path("<slug:slug>/people/", views.people, name="people"),
    path("<slug:slug>/people/new/", views.let_in, name="let-in"),
    path("<slug:slug>/people/<uuid:uid>/", views.member, name="member"),
    path("<slug:slug>/people/<uuid:uid>/end/", views.end, name="end"),
]
urlpatterns = [
    path("", views.me, name="me"),
    path("mail/<str:signed>/", views.mail, name="mail"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:token_id>/removal/", views.revoke, name="revoke"),
    path("look-around/", views.look_around, name="look-around"),
]
