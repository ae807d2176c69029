//! Who may do and see what: one `authorize` call and one row filter.
