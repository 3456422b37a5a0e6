"""How long what identifies people is kept (保存期限), and taking one person's data out on request (删除)."""
