terraform {
  required_providers {
    kre = {
      source = "kre/kre"
    }
  }
}

provider "kre" {}
