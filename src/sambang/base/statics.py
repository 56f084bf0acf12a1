"""How static files are named: by the hash of their content, inside the modules that import one another too."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise carries no types
    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # one for each step of the longest chain of imports; Django's five are for stylesheets
