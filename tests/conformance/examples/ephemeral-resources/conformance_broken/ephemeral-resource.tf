ephemeral "conformance_broken" "a" {
  at = "close"
}
