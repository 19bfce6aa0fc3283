output "is_known" {
  value = provider::conformance::is_known(timestamp())
}
