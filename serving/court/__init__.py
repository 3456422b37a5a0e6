"""Those who oversee (监督管理): policies, models, the audit trail, figures of the court, accounts, and what is erased."""
