"""`python -m session_archive.cli` runs the console command too."""

from session_archive.cli.main import main

main()
