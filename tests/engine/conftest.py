"""The engine's tests by themselves, too, see the same examples in every run, and no clock."""

from hypothesis import settings

settings.register_profile("engine", derandomize=True, deadline=None)
settings.load_profile("engine")
