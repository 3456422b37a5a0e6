"""Watch lists (名单): whom a court keeps on record, with dates, matched by the linker with a probability."""
