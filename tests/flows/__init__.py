"""People set things up, and are told what is wrong."""
