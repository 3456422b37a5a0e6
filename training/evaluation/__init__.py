"""How good a model is (评估): figures with intervals, baselines, slices, quarters, plots and the page."""
