"""Relations (关联关系) between linked people: dated, weighted edges, the neighbourhood of a filing, the paths across it."""
