"""The audit trail (审计记录) checked, carried elsewhere and told; it is written in `xiezhi.store.audit`."""
