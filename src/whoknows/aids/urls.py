from django.urls import path

from whoknows.aids import views
from whoknows.aids.views import carrying, printing

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
    path("new/", views.make, name="make"),
    path("<slug:code>/", views.aid, name="aid"),
    path("<slug:code>/print/", printing.print_page, name="print"),
    path("<slug:code>/print/<slug:on>.pdf", printing.pdf, name="pdf"),
    path("<slug:code>/print/<slug:on>-<int:number>.svg", printing.side, name="side"),
    path("<slug:code>/text/", views.change, name="change"),
    path("<slug:code>/verified/", views.verify, name="verify"),
    path("<slug:code>/sharing/", views.share, name="share"),
]
