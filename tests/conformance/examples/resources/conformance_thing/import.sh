terraform import conformance_thing.a a
