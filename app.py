"""Entry: `python app.py` serves the plant, `flask --app app COMMAND` administers it."""

import os
import sys
from pathlib import Path

from hazard import cli, serving
from hazard.core.config import load
from hazard.core.errors import HazardError
from hazard.core.words import say
from hazard.factory import create_app, open_house

try:
    house = open_house(load(os.environ, Path(__file__).parent), restart=serving.ask_restart)
except HazardError as error:
    sys.exit(say(error.sentence))
app = create_app(house)
cli.register(app, house)

if __name__ == "__main__":
    try:
        sys.exit(serving.serve(app, house))
    except HazardError as error:
        sys.exit(say(error.sentence))
