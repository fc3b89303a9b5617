"""EV Load Manager: many cars behind one small fuse."""
