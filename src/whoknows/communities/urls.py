from django.urls import path

from whoknows.communities import views

app_name = "communities"
urlpatterns = [
    path("", views.communities, name="communities"),
    path("new/", views.open_community, name="open"),
    path("<uuid:uid>/", views.community, name="community"),
    path("<uuid:uid>/membership/", views.membership, name="membership"),
    path("<uuid:uid>/hosts/<uuid:person>/", views.make_host, name="make-host"),
]
