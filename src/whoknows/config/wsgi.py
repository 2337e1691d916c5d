"""What the web server serves: Django, in one of its worker processes."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from whoknows.embedded.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whoknows.config.settings")

# granian's workers outlive a granian that was killed. Other servers look after their own, and
# theirs may be started by a shell that ends.
if (server := multiprocessing.parent_process()) is not None and server.pid is not None:
    end_with(server.pid, signal.SIGKILL)

application = get_wsgi_application()
