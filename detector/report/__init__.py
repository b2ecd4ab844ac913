"""What came of an audit: the result types, what is made of them for a page and a site, and one renderer a file."""
