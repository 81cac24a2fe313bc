"""`python -m tests.notices.sender SECONDS`: a sender as a process of its own, which tests may kill."""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.conf import settings

    settings.NOTICE_WRITERS = dict.fromkeys(("DIGEST", "AT_ONCE"), "tests.notices.writers.by_name")
    settings.EMAIL_TIMEOUT = int(os.environ.get("TEST_EMAIL_TIMEOUT", "1"))
    settings.NOTICE_LEASE_SECONDS = int(os.environ.get("TEST_LEASE", "120"))
    from notices.sending import deliver

    sys.stdout.write(json.dumps(dict(deliver(float(sys.argv[1])))))
