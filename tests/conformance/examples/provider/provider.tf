terraform {
  required_providers {
    conformance = {
      source = "kre/conformance"
    }
  }
}

provider "conformance" {
  directory = "${path.root}/world"
}
