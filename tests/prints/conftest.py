"""One typesetter for all prints: its fonts are unpacked once."""

import pytest

from hazard.core.typeset import Typesetter


@pytest.fixture(scope="session")
def typesetter(tmp_path_factory: pytest.TempPathFactory) -> Typesetter:
    return Typesetter(tmp_path_factory.mktemp("fonts"))
