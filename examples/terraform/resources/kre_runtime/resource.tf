# Only what has to be said: a namespace `kre-demo`, NATS and MongoDB.
resource "kre_runtime" "demo" {
  id      = "demo"
  name    = "Demo"
  nats    = { storage = { size = "1Gi" } }
  mongodb = { storage = { size = "2Gi" } }
}

# A namespace that exists, a host for the world, and more to do.
resource "kre_runtime" "research" {
  id          = "research"
  name        = "Research"
  description = "Models that are still being tried out"

  namespace        = "research"
  create_namespace = false
  labels           = { "example.com/team" = "research" }

  nats = {
    storage = { size = "10Gi" }
    limits  = { max_payload = "8Mi", max_pending = "64Mi" }
  }

  mongodb = {
    storage = { size = "50Gi" }
    resources = {
      requests = { cpu = "1", memory = "4Gi" }
      limits   = { memory = "8Gi" }
    }
  }

  entrypoint = {
    base_domain = "kre.example.com"
    tls         = { secret_name = "wildcard-tls" }
  }

  timeouts = { create = "20m" }
}

output "nats" {
  description = "Where NATS is reached from within the cluster."
  value       = kre_runtime.demo.endpoints.nats
}
