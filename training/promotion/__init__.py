"""Which model screens (启用): approval by two, challenger, comparison, roll-back, models from elsewhere."""
