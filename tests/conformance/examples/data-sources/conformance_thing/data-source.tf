data "conformance_thing" "a" {
  name = "a"
}

output "size" {
  value = data.conformance_thing.a.size
}
