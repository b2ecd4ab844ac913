"""``python -m detector.training``: the script form of ``detector train``."""

from detector.cli.train import command

if __name__ == "__main__":
    command()
