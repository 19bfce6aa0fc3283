package stages

import (
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// group of the kinds that KWOK reads.
const group = "kwok.x-k8s.io"

// Kinds are what KWOK reads from the cluster, as `--enable-crds` has it: an object of such a kind is
// about the pod of the same name in the same namespace.
//
// ClusterLogs cannot be among them. KWOK looks through those in no order, so that the one which is
// about all pods would hide the others; that one is in the configuration, which KWOK refuses to read
// together with objects in the cluster.
var Kinds = []string{"Logs"}

// CustomResourceDefinitions returns definitions of Kinds. They have to be established before KWOK
// starts, which else waits longer and longer for them.
//
// What an object may say is left to KWOK.
func CustomResourceDefinitions() []*apiextensionsv1.CustomResourceDefinition {
	all := make([]*apiextensionsv1.CustomResourceDefinition, 0, len(Kinds))
	for _, kind := range Kinds {
		all = append(all, definition(kind))
	}
	return all
}

func definition(kind string) *apiextensionsv1.CustomResourceDefinition {
	singular := strings.ToLower(kind)
	plural := strings.TrimSuffix(singular, "s") + "s"
	anything := true
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{
			Name: plural + "." + group,
			// Whoever defines kinds below k8s.io has to say that this was reviewed, or that it was not.
			Annotations: map[string]string{apiextensionsv1.KubeAPIApprovedAnnotation: "unapproved, for tests"},
		},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: group,
			Names: apiextensionsv1.CustomResourceDefinitionNames{
				Kind: kind, ListKind: kind + "List", Plural: plural, Singular: singular,
			},
			Scope: apiextensionsv1.NamespaceScoped,
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1alpha1", Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{
					OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
						Type:                   "object",
						XPreserveUnknownFields: &anything,
					},
				},
				Subresources: &apiextensionsv1.CustomResourceSubresources{
					Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
				},
			}},
		},
	}
}
