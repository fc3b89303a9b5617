"""What entities show: the place that each looks at, its device, and the sensors' tables."""
