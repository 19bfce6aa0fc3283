resource "conformance_thing" "a" {
  name  = "a"
  size  = 2
  label = "Anna"
  tags = {
    colour = "blue"
  }
}

# What was a legacy thing is the same thing from now on.
moved {
  from = conformance_legacy_thing.b
  to   = conformance_thing.b
}

resource "conformance_thing" "b" {
  name  = "b"
  label = "Bert"
}
