locals {
  krt = provider::kre::krt_decode(file("${path.module}/krt.yaml"))
}

output "workflows" {
  value = keys(local.krt.workflows)
}
