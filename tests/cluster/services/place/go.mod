module github.com/kre/terraform-provider-kre/tests/cluster/services/place

go 1.26
