from django.urls import path

from whoknows.expertise import views

app_name = "expertise"
urlpatterns = [
    path("", views.people, name="people"),
    path("<uuid:uid>/", views.person, name="person"),
    path("evidence/<int:evidence_id>/removal/", views.remove, name="remove"),
    path("topics/", views.declare, name="declare"),
    path("topics/<int:topic_id>/withdrawal/", views.withdraw, name="withdraw"),
    path("topics/<int:topic_id>/refusal/", views.refuse, name="refuse"),
]
