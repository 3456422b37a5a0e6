"""Those who oversee (督导): policies, models, the audit trail, figures of the court, accounts, and what is erased."""
