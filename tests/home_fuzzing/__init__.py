"""A real Home Assistant while everybody at the port says what they like.

`said` makes up who comes and what they say, `looks` tells what must hold meanwhile,
`garage` brings both together.
"""
