"""`python -m ukrgraph` is the command `ukrgraph`."""

from ukrgraph.cli import main

main()
