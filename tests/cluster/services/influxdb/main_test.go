package main

import (
	"testing"

	"github.com/kre/terraform-provider-kre/tests/cluster/services/place/placetest"
)

func TestMain(m *testing.M) { placetest.Main(m, main) }
