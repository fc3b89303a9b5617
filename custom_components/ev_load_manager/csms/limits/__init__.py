"""How the limit of a connector is kept: decided, sent, accepted, renewed and doubted."""
