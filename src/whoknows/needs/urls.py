from django.urls import path

from whoknows.needs import views

app_name = "needs"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("solved/", views.solved, name="solved"),
    path("search/", views.search, name="search"),
    path("needs/", views.needs, name="needs"),
    path("needs/new/", views.raise_need, name="raise"),
    path("needs/new/<uuid:person>/", views.raise_need, name="ask_person"),
    path("needs/missing/", views.missing, name="missing"),
    path("needs/<uuid:uid>/answers/<uuid:answer_uid>/card/", views.card, name="card"),
    path("needs/to/<uuid:uid>/", views.needs_posted_to, name="posted_to"),
    path("follow-ups/<uuid:uid>/", views.follow_up, name="follow_up"),
    path("needs/<uuid:uid>/", views.need, name="need"),
    path("needs/<uuid:uid>/people/", views.refer, name="refer"),
    path("needs/<uuid:uid>/sharing/", views.share, name="share"),
    path("needs/<uuid:uid>/take-back/", views.take_back, name="take_back"),
    path("needs/<uuid:uid>/solved/", views.meet, name="meet"),
    path("needs/<uuid:uid>/open/", views.reopen, name="reopen"),
    path("needs/<uuid:uid>/answers/", views.answer, name="answer"),
    path(
        "needs/<uuid:uid>/answers/<uuid:answer_uid>/change/",
        views.change_answer,
        name="change_answer",
    ),
    path(
        "needs/<uuid:uid>/answers/<uuid:answer_uid>/take-back/",
        views.take_back_answer,
        name="take_back_answer",
    ),
    path("needs/<uuid:uid>/answers/<uuid:answer_uid>/", views.judge, name="judge"),
]
