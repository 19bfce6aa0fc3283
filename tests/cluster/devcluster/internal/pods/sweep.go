package pods

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// sweepFolders removes what an earlier run left of pods that are gone.
func sweepFolders(root string, exists func(types.UID) bool) error {
	entries, err := os.ReadDir(root)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep the folders of pods: %w", err)
	}
	for _, entry := range entries {
		if exists(types.UID(entry.Name())) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(root, entry.Name())); err != nil {
			return fmt.Errorf("sweep the folder of a pod: %w", err)
		}
	}
	return nil
}

// isPresent asks a snapshot of the pods.
func isPresent(pods corelisters.PodLister) func(types.UID) bool {
	present := map[types.UID]bool{}
	found, _ := pods.List(labels.Everything())
	for _, pod := range found {
		present[pod.UID] = true
	}
	return func(pod types.UID) bool { return present[pod] }
}

// onlyBound leaves out pods that no node has to care about.
func onlyBound(options *metav1.ListOptions) {
	options.FieldSelector = fields.OneTermNotEqualSelector("spec.nodeName", "").String()
}

// withoutManagers saves the memory of what nobody looks at.
func withoutManagers(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}
