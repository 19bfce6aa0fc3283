terraform {
  required_providers {
    kre = {
      source = "kre/kre"
    }
  }
}

# A context of a kubeconfig, and no other cluster than this one.
provider "kre" {
  config_path          = "~/.kube/config"
  config_context       = "staging"
  expected_cluster_uid = "0b9f7a52-3c1e-4d8f-9a64-5e2d7c1b8f03"
}

resource "kre_runtime" "demo" {
  id      = "demo"
  name    = "Demo"
  nats    = { storage = { size = "1Gi" } }
  mongodb = { storage = { size = "2Gi" } }
}

# A cluster of a cloud, whose own command issues the credentials.
provider "kre" {
  alias                  = "cloud"
  host                   = "https://cluster.example.com:6443"
  cluster_ca_certificate = file("${path.module}/cluster-ca.pem")

  exec = {
    api_version = "client.authentication.k8s.io/v1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", "cloud"]
  }
}

# A certificate of one's own.
provider "kre" {
  alias                  = "certificate"
  host                   = "https://cluster.example.com:6443"
  cluster_ca_certificate = file("${path.module}/cluster-ca.pem")
  client_certificate     = file("${path.module}/client.pem")
  client_key             = file("${path.module}/client-key.pem")
}

# A token, such as a pipeline gets for one run.
provider "kre" {
  alias                  = "token"
  host                   = "https://cluster.example.com:6443"
  cluster_ca_certificate = file("${path.module}/cluster-ca.pem")
  token                  = var.token
}

variable "token" {
  type      = string
  sensitive = true
}
