"""Documents to print and sign (文书): the review sheet and the desk's two papers, as pages, PDF and DOCX.

content: what a document says, worded and frozen. html, pdf, docx: the same content in three forms. issue: the code
printed on a sheet, by which it is known again.
"""
