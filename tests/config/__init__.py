"""What people said is read, kept sane and changed."""
