# Home Assistant serves its validation library under this older name, too.
from probatio import *
