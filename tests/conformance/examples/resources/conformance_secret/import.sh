terraform import conformance_secret.token token
