"""The use cases of the filing desk (立案窗口): what is entered or handed in, the answer, and what is done about it."""
