"""What pages share: frame, forms, errors, charts."""
