data "conformance_things" "all" {
  prefix = "a"
}

output "names" {
  value = data.conformance_things.all.things[*].name
}
