import {
  to = conformance_thing.a
  identity = {
    name = "a"
  }
}
