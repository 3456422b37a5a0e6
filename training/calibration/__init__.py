"""From scores to risks and bands (校准与界限): reliability, capacity and floor, what can be promised."""
