"""One charger, whatever it speaks: its connectors, transactions, clock and authorization."""
