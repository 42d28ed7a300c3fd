"""Who may do what: every route, method, kind of caller and object, from the URL map of the whole service."""
