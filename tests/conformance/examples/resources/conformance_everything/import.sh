terraform import conformance_everything.a a
