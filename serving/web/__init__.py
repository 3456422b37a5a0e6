"""The pages: desk, queue, case. Server-rendered, without script, in Chinese and English (`docs/desk.md`)."""
