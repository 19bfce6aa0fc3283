ephemeral "conformance_lease" "a" {
  name  = "a"
  renew = true
}
