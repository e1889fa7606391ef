environment "production"
threads 0, 5
quiet
# A stream ends only with its client: without this, puma would not end before it.
force_shutdown_after 1
