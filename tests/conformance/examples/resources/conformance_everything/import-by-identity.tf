import {
  to = conformance_everything.a
  identity = {
    name = "a"
  }
}
