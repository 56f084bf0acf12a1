"""Pages of importing: uploading, deciding, taking over."""
