"""Work that nobody waits for (后台任务): asked for, done by a worker row by row, its results read when they are there."""
