data "conformance_everything" "query" {
  filter = { text = "a" }
  orders = [{ by = "name" }, { by = "size", descending = true }]
}

output "understood" {
  value = data.conformance_everything.query.understood.json
}
