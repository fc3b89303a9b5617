"""How bytes from a socket become calls and answers, and who may send any."""
