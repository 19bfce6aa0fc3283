package main

import (
	_ "unsafe" // for go:linkname

	"github.com/minio/minio-go/v7/pkg/set"
)

// localLoopbacks are the addresses of the machine at which MinIO listens too, whatever it is told,
// so that the console finds it. They belong to others here, and the port is opened in a way that
// would share it with another MinIO of the same user, and each other's requests with it. Upstream
// keeps the variable to itself.
//
//go:linkname localLoopbacks github.com/minio/minio/cmd.localLoopbacks
var localLoopbacks set.StringSet
