"""Sockets, frames, and who may connect."""
