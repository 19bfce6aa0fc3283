output "join" {
  value = provider::conformance::join(", ", "a", "b")
}
