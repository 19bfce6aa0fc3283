import {
  to = kre_runtime.demo
  identity = {
    id        = "demo"
    namespace = "kre-demo"
  }
}
