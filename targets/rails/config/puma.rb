environment "production"
threads 0, 5
quiet
force_shutdown_after 1
