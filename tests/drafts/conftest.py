from tests.patients.conftest import plain_static_names

__all__ = ["plain_static_names"]
