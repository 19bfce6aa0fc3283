package pods

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// given are objects that are there.
type given struct {
	configMaps map[string]map[string]string
	secrets    map[string]map[string]string
}

func (g given) ConfigMap(name string) (*corev1.ConfigMap, error) {
	data, found := g.configMaps[name]
	if !found {
		return nil, apierrors.NewNotFound(corev1.Resource("configmap"), name)
	}
	return &corev1.ConfigMap{Data: data}, nil
}

func (g given) Secret(name string) (*corev1.Secret, error) {
	data, found := g.secrets[name]
	if !found {
		return nil, apierrors.NewNotFound(corev1.Resource("secret"), name)
	}
	secret := &corev1.Secret{Data: map[string][]byte{}}
	for key, value := range data {
		secret.Data[key] = []byte(value)
	}
	return secret, nil
}

func exampleScene() scene {
	no := false
	service := func(namespace, name, address string) *corev1.Service {
		return &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
			Spec:       corev1.ServiceSpec{ClusterIP: address, Ports: []corev1.ServicePort{{Port: 443}}},
		}
	}
	return scene{
		pod: &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "nats-0", UID: "7", Labels: map[string]string{"app": "nats"}},
			Spec:       corev1.PodSpec{NodeName: "node-1", ServiceAccountName: "nats", EnableServiceLinks: &no},
		},
		address:     "127.7.1.1",
		hostIP:      "127.7.0.1",
		allocatable: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("32")},
		services:    []*corev1.Service{service("default", "kubernetes", "10.96.0.1"), service("kre", "db-1", "10.96.0.9")},
		objects: given{
			configMaps: map[string]map[string]string{"settings": {"SIZE": "3", "path": "/data"}},
			secrets:    map[string]map[string]string{"login": {"user": "ada", "password": "s3cret"}},
		},
	}
}

func key(name string, selected string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: name}, Key: selected,
	}}
}

func fieldOf(path string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}
}

func allOf(configMap, secret, prefix string, optional bool) corev1.EnvFromSource {
	source := corev1.EnvFromSource{Prefix: prefix}
	if configMap != "" {
		source.ConfigMapRef = &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: configMap}, Optional: &optional}
	} else {
		source.SecretRef = &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Optional: &optional}
	}
	return source
}

func TestAContainerGetsVariables(t *testing.T) {
	yes := true
	optional := key("absent", "x")
	optional.SecretKeyRef.Optional = &yes
	for _, fact := range []struct {
		says string
		env  []corev1.EnvVar
		from []corev1.EnvFromSource
		want map[string]string
	}{
		{"as they are", []corev1.EnvVar{{Name: "A", Value: "1"}}, nil, map[string]string{"A": "1"}},
		{"empty ones too", []corev1.EnvVar{{Name: "A"}}, nil, map[string]string{"A": ""}},
		{"with earlier ones in them", []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", Value: "$(A)$(C)$$(A)"}}, nil,
			map[string]string{"A": "1", "B": "1$(C)$(A)"}},
		{"of a Secret's key", []corev1.EnvVar{{Name: "USER", ValueFrom: key("login", "user")}}, nil, map[string]string{"USER": "ada"}},
		{"of all keys, with a prefix", nil, []corev1.EnvFromSource{allOf("settings", "", "S_", false)}, map[string]string{"S_SIZE": "3", "S_path": "/data"}},
		{"of which the last counts", nil, []corev1.EnvFromSource{allOf("settings", "", "", false), allOf("", "login", "", false)},
			map[string]string{"SIZE": "3", "path": "/data", "user": "ada", "password": "s3cret"}},
		{"and a declared one more than all", []corev1.EnvVar{{Name: "SIZE", Value: "$(SIZE)0"}}, []corev1.EnvFromSource{allOf("settings", "", "", false)},
			map[string]string{"SIZE": "30", "path": "/data"}},
		{"not of what is optional and missing", []corev1.EnvVar{{Name: "A", ValueFrom: optional}}, []corev1.EnvFromSource{allOf("absent", "", "", true)}, nil},
		{"of the pod", []corev1.EnvVar{{Name: "A", ValueFrom: fieldOf("metadata.name")}, {Name: "B", ValueFrom: fieldOf("metadata.labels['app']")},
			{Name: "C", ValueFrom: fieldOf("spec.nodeName")}, {Name: "D", ValueFrom: fieldOf("spec.serviceAccountName")}}, nil,
			map[string]string{"A": "nats-0", "B": "nats", "C": "node-1", "D": "nats"}},
		{"of its addresses, where the process is", []corev1.EnvVar{{Name: "A", ValueFrom: fieldOf("status.podIP")}, {Name: "B", ValueFrom: fieldOf("status.hostIP")}}, nil,
			map[string]string{"A": "127.7.1.1", "B": "127.7.0.1"}},
		{"of its limits, or else the node's", []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: "limits.cpu"}}}}, nil,
			map[string]string{"A": "32"}},
		{"of Services", []corev1.EnvVar{{Name: "A", Value: "$(KUBERNETES_SERVICE_HOST)"}}, nil, map[string]string{"A": "10.96.0.1"}},
	} {
		t.Run(fact.says, func(t *testing.T) {
			scene := exampleScene()
			got := variablesOf(t, scene, &corev1.Container{Name: "nats", Env: fact.env, EnvFrom: fact.from})
			maps.DeleteFunc(got, func(name, _ string) bool { return len(name) > 11 && name[:11] == "KUBERNETES_" })
			if !maps.Equal(got, fact.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func variablesOf(t *testing.T, scene scene, container *corev1.Container) map[string]string {
	t.Helper()
	variables, err := scene.environment(container)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, variable := range variables {
		values[variable.Name] = variable.Value
	}
	return values
}

func TestServiceLinksAreForThoseWhoWantThem(t *testing.T) {
	scene := exampleScene()
	if got := variablesOf(t, scene, &corev1.Container{}); got["KUBERNETES_SERVICE_HOST"] != "10.96.0.1" || got["DB_1_SERVICE_HOST"] != "" {
		t.Errorf("without links: %v", got)
	}
	scene.pod.Spec.EnableServiceLinks = nil
	if got := variablesOf(t, scene, &corev1.Container{}); got["DB_1_SERVICE_HOST"] != "10.96.0.9" || got["DB_1_PORT"] != "tcp://10.96.0.9:443" {
		t.Errorf("with links: %v", got)
	}
}

func TestWhatIsMissingIsCalledAsByAKubelet(t *testing.T) {
	settings := &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}, Key: "x",
	}}
	for _, fact := range []struct {
		container corev1.Container
		want      string
	}{
		{corev1.Container{Env: []corev1.EnvVar{{Name: "A", ValueFrom: key("absent", "x")}}}, `secret "absent" not found`},
		{corev1.Container{Env: []corev1.EnvVar{{Name: "A", ValueFrom: key("login", "x")}}}, `couldn't find key x in Secret kre/login`},
		{corev1.Container{Env: []corev1.EnvVar{{Name: "A", ValueFrom: settings}}}, `couldn't find key x in ConfigMap kre/settings`},
		{corev1.Container{EnvFrom: []corev1.EnvFromSource{allOf("absent", "", "", false)}}, `configmap "absent" not found`},
		{corev1.Container{EnvFrom: []corev1.EnvFromSource{allOf("", "absent", "", false)}}, `secret "absent" not found`},
	} {
		t.Run(fact.want, func(t *testing.T) {
			_, err := exampleScene().environment(&fact.container)
			if err == nil || err.Error() != fact.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAHostnameIsTheSpecsOrThePods(t *testing.T) {
	for _, fact := range []struct{ name, spec, want string }{
		{"nats-0", "", "nats-0"},
		{"nats-0", "other", "other"},
		{"a123456789b123456789c123456789d123456789e123456789f123456789gh-j", "", "a123456789b123456789c123456789d123456789e123456789f123456789gh"},
	} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fact.name}, Spec: corev1.PodSpec{Hostname: fact.spec}}
		if got := hostname(pod); got != fact.want {
			t.Errorf("%s and %q: got %s", fact.name, fact.spec, got)
		}
	}
}
