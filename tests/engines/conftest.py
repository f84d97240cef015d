"""The contract's assertions are rewritten by pytest as if they stood in a test file."""

import pytest

pytest.register_assert_rewrite("tests.engines.contract")
