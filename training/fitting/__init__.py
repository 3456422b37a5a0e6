"""LightGBM on few positives (拟合): folds, growing, search, and the weight of the signs beside it."""
