"""Lets older test helpers run with the newest Home Assistant.

Loaded by `script/test --newest` before any other plugin. It can go as soon as
the helpers are made for that Home Assistant.
"""

# Puts its own HTTP library in place, which must come before anybody imports the old one.
import homeassistant.const  # noqa: F401, I001
from homeassistant.components import logger
from homeassistant.components.logger import helpers

# It moved there from the package itself.
logger._clear_logger_overwrites = helpers._clear_logger_overwrites
