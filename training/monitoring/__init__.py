"""Whether a model in use still holds (监测): drift, calibration, late findings, what is foreseen."""
