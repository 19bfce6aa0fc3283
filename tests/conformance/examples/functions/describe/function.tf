output "describe" {
  value = provider::conformance::describe([true, "two", 3]).type
}
