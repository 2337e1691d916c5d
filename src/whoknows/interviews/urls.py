from django.urls import path

from whoknows.interviews.views import asking, drafting, overview, sound, transcribing

app_name = "interviews"
urlpatterns = [
    path("", overview.interviews, name="interviews"),
    path("new/", overview.plan, name="plan"),
    path("<uuid:uid>/", overview.interview, name="interview"),
    path("<uuid:uid>/consent/", overview.consent, name="consent"),
    path("<uuid:uid>/withdrawn/", overview.withdraw, name="withdraw"),
    path("<uuid:uid>/held/", overview.end_talk, name="held"),
    path("<uuid:uid>/closed/", overview.close, name="close"),
    path("<uuid:uid>/export.json", overview.export, name="export"),
    path("<uuid:uid>/talk/", asking.talk, name="talk"),
    path("<uuid:uid>/notes/", asking.notes, name="notes"),
    path("<uuid:uid>/notes/<uuid:note_uid>/", asking.note, name="note"),
    path("<uuid:uid>/outline/", asking.outline, name="outline"),
    path("<uuid:uid>/outline/<int:entry_id>/", asking.entry, name="entry"),
    path("<uuid:uid>/recordings/", sound.start, name="recordings"),
    path("<uuid:uid>/recordings/<uuid:recording_uid>/", sound.play, name="sound"),
    path("<uuid:uid>/recordings/<uuid:recording_uid>/deleted/", sound.delete, name="delete-sound"),
    path("<uuid:uid>/recordings/<uuid:recording_uid>/finished/", sound.finish, name="finish"),
    path("<uuid:uid>/recordings/<uuid:recording_uid>/<int:number>/", sound.piece, name="piece"),
    path("<uuid:uid>/transcript/", transcribing.transcript, name="transcript"),
    path("<uuid:uid>/transcript/accepted/", transcribing.accept, name="accept"),
    path("<uuid:uid>/transcript/<int:number>/", transcribing.statement, name="statement"),
    path("<uuid:uid>/items/", drafting.items, name="items"),
    path("<uuid:uid>/items/sorted/", drafting.sort_notes, name="sort-notes"),
    path("<uuid:uid>/items/<int:item_id>/", drafting.item, name="item"),
    path("<uuid:uid>/demands/", drafting.table, name="demands"),
    path("<uuid:uid>/draft/", drafting.draft, name="draft"),
    path("<uuid:uid>/draft/review/", drafting.review, name="review"),
]
