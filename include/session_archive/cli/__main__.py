"""`python -m session_archive.cli` is the console command too."""

from session_archive.cli.main import main

main()
