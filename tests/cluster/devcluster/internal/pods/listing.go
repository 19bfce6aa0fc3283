package pods

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
)

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
