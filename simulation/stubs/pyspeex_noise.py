"""Stands in for a library that has no wheels for this Python.

Home Assistant's voice assistant imports it while the page loads, and the demo
never listens to anybody.
"""


class AudioProcessor:
    """The one name that Home Assistant imports."""
