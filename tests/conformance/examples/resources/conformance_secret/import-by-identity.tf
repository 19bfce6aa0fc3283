import {
  to = conformance_secret.token
  identity = {
    name = "token"
  }
}
