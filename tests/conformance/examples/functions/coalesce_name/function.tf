output "coalesce_name" {
  value = provider::conformance::coalesce_name(null)
}
