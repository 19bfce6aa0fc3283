output "pair" {
  value = provider::conformance::pair("a", [1, 2], { width = 3, unit = "m" })
}
