"""What the filing itself says, as numbers: functions of one filing, NaN where it does not say."""
