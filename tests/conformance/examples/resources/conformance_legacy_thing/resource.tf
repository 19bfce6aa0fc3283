resource "conformance_legacy_thing" "b" {
  name = "b"
  note = "Bert"
}
