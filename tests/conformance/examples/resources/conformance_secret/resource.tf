ephemeral "conformance_lease" "token" {
  name = "token"
}

resource "conformance_secret" "token" {
  name             = "token"
  value_wo         = ephemeral.conformance_lease.token.token
  value_wo_version = 1
}
