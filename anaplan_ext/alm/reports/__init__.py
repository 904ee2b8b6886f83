"""Reports on promotions for people: HTML, Markdown, and the graph of models and revisions."""
