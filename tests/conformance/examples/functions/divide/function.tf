output "divide" {
  value = provider::conformance::divide(6, 3)
}
