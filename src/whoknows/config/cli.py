"""The `whoknows` command."""


def main() -> None:
    """Run the command line."""
