from django.urls import path

from whoknows.aids import views
from whoknows.aids.views import carrying, pictures, printing

app_name = "aids"
# Below /a/: short enough for a card, and never to be changed, for cards outlive software.
carried = [
    path("offline.json", carrying.offline_list, name="kept"),
    path("<str:code>", carrying.short, name="aid"),
    path("<str:code>/", carrying.short),
    path("<str:code>/embed", carrying.embed, name="embed"),
    path("<str:code>/kept", carrying.pin, name="pin"),
    path("<str:code>/ticks", carrying.ticks, name="ticks"),
    path("<str:code>/helped", carrying.helped, name="helped"),
]
urlpatterns = [
    path("", views.aids, name="aids"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:kind>/", views.make, name="make"),
    path("new/<slug:kind>/unsaved/", views.keep, name="keep-new"),
    path("new/<slug:kind>/unsaved/forgotten/", views.forget, name="forget-new"),
    path("<slug:code>/", views.aid, name="aid"),
    path("<slug:code>/print/", printing.print_page, name="print"),
    path("<slug:code>/print/<slug:on>.pdf", printing.pdf, name="pdf"),
    path("<slug:code>/print/<slug:on>-<int:number>.svg", printing.side, name="side"),
    path("<slug:code>/pictures/<slug:picture>", pictures.picture, name="picture"),
    path("<slug:code>/text/", views.change, name="change"),
    path("<slug:code>/unsaved/", views.keep, name="keep"),
    path("<slug:code>/unsaved/forgotten/", views.forget, name="forget"),
    path("<slug:code>/review/", views.review, name="review"),
    path("<slug:code>/reviewers/", views.ask_review, name="ask-review"),
    path("<slug:code>/verified/", views.verify, name="verify"),
    path("<slug:code>/retired/", views.retire, name="retire"),
    path("<slug:code>/read/", views.acknowledge, name="acknowledge"),
    path("<slug:code>/reading/", views.ask_reading, name="ask-reading"),
    path("<slug:code>/sharing/", views.share, name="share"),
    path("<slug:code>/history/", views.history, name="history"),
    path("<slug:code>/history/<int:number>/", views.version, name="version"),
    path("<slug:code>/history/<int:before>/<int:after>/", views.compare, name="compare"),
    path("<slug:code>/export.<str:form>", views.export, name="export"),
]
