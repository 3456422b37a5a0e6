"""Log-in by the court's own identity provider (统一身份认证): OpenID Connect, authorization code with PKCE."""
