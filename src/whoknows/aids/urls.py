from django.urls import path

from whoknows.aids import views

app_name = "aids"
urlpatterns = [
    path("", views.aids, name="aids"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:kind>/", views.make, name="make"),
    path("new/<slug:kind>/unsaved/", views.keep, name="keep-new"),
    path("new/<slug:kind>/unsaved/forgotten/", views.forget, name="forget-new"),
    path("<slug:code>/", views.aid, name="aid"),
    path("<slug:code>/text/", views.change, name="change"),
    path("<slug:code>/unsaved/", views.keep, name="keep"),
    path("<slug:code>/unsaved/forgotten/", views.forget, name="forget"),
    path("<slug:code>/review/", views.review, name="review"),
    path("<slug:code>/reviewers/", views.ask_review, name="ask-review"),
    path("<slug:code>/verified/", views.verify, name="verify"),
    path("<slug:code>/retired/", views.retire, name="retire"),
    path("<slug:code>/helped/", views.helped, name="helped"),
    path("<slug:code>/read/", views.acknowledge, name="acknowledge"),
    path("<slug:code>/reading/", views.ask_reading, name="ask-reading"),
    path("<slug:code>/sharing/", views.share, name="share"),
    path("<slug:code>/history/", views.history, name="history"),
    path("<slug:code>/history/<int:number>/", views.version, name="version"),
    path("<slug:code>/history/<int:before>/<int:after>/", views.compare, name="compare"),
    path("<slug:code>/export.<str:form>", views.export, name="export"),
]
