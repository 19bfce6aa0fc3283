package pods

import (
	"maps"
	"slices"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func configMapVolume(name string, items ...corev1.KeyToPath) *corev1.Volume {
	return &corev1.Volume{Name: "v", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: name}, Items: items,
	}}}
}

func secretVolume(name string, items ...corev1.KeyToPath) *corev1.Volume {
	return &corev1.Volume{Name: "v", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: name, Items: items}}}
}

// accessVolume is what the API server adds to every pod.
func accessVolume(configMap string) *corev1.Volume {
	hour := int64(3607)
	return &corev1.Volume{Name: "v", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: &hour}},
			{ConfigMap: &corev1.ConfigMapProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: configMap},
				Items:                []corev1.KeyToPath{{Key: "path", Path: "ca.crt"}},
			}},
			{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{
				{Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}},
			}}},
		},
	}}}
}

func tokenFor(request *authenticationv1.TokenRequest) (string, error) {
	return "token for " + request.Spec.BoundObjectRef.Name, nil
}

func TestAVolumeHasFiles(t *testing.T) {
	yes := true
	optional := configMapVolume("absent")
	optional.ConfigMap.Optional = &yes
	for _, fact := range []struct {
		says   string
		volume *corev1.Volume
		want   map[string]string
	}{
		{"for all keys of a ConfigMap", configMapVolume("settings"), map[string]string{"SIZE": "3", "path": "/data"}},
		{"for chosen keys at chosen paths", secretVolume("login", corev1.KeyToPath{Key: "user", Path: "a/b"}), map[string]string{"a/b": "ada"}},
		{"none for an optional one that is missing", optional, map[string]string{}},
		{"of several sources", accessVolume("settings"), map[string]string{"token": "token for nats-0", "ca.crt": "/data", "namespace": "kre"}},
	} {
		t.Run(fact.says, func(t *testing.T) {
			files, err := exampleScene().content(fact.volume, tokenFor)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for path, file := range files {
				got[path] = string(file.Data)
			}
			if !maps.Equal(got, fact.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestAMissingSourceOfAVolumeIsCalledAsByAKubelet(t *testing.T) {
	for _, fact := range []struct {
		volume *corev1.Volume
		want   string
	}{
		{configMapVolume("absent"), `configmap "absent" not found`},
		{secretVolume("absent"), `secret "absent" not found`},
		{configMapVolume("settings", corev1.KeyToPath{Key: "x", Path: "x"}), `configmap references non-existent config key: x`},
		{secretVolume("login", corev1.KeyToPath{Key: "x", Path: "x"}), `references non-existent secret key: x`},
		{accessVolume("absent"), `configmap "absent" not found`},
	} {
		t.Run(fact.want, func(t *testing.T) {
			_, err := exampleScene().content(fact.volume, tokenFor)
			if err == nil || err.Error() != fact.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFilesHaveTheirModes(t *testing.T) {
	strict, own := int32(0o400), int32(0o755)
	volume := configMapVolume("settings", corev1.KeyToPath{Key: "SIZE", Path: "run", Mode: &own}, corev1.KeyToPath{Key: "path", Path: "read"})
	volume.ConfigMap.DefaultMode = &strict
	files, err := exampleScene().content(volume, tokenFor)
	if err != nil || files["run"].Mode != own || files["read"].Mode != strict {
		t.Errorf("got %v, %v", files, err)
	}
}

func TestOnlyMountedVolumesCount(t *testing.T) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "nats-0"}, Spec: corev1.PodSpec{
		InitContainers: []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "a"}}}},
		Containers:     []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "c"}}}},
		Volumes:        []corev1.Volume{{Name: "a"}, {Name: "b"}, {Name: "c"}},
	}}
	var names []string
	for _, volume := range mounted(pod) {
		names = append(names, volume.Name)
	}
	if !slices.Equal(names, []string{"a", "c"}) {
		t.Errorf("got %v", names)
	}
}

func TestAVolumeOfTheClusterIsAFolder(t *testing.T) {
	root := t.TempDir()
	directory := corev1.HostPathDirectory
	hostPath := func(path string, kind *corev1.HostPathType) *corev1.PersistentVolume {
		return &corev1.PersistentVolume{Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: corev1.PersistentVolumeSource{
			HostPath: &corev1.HostPathVolumeSource{Path: path, Type: kind},
		}}}
	}
	if got, err := folderOf(hostPath(root+"/pvc-1", nil), root); err != nil || got != root+"/pvc-1" {
		t.Errorf("a new one: %s, %v", got, err)
	}
	for says, volume := range map[string]*corev1.PersistentVolume{
		"a folder outside":            hostPath("/etc", nil),
		"a folder that leaves":        hostPath(root+"/../x", nil),
		"all volumes":                 hostPath(root, nil),
		"a folder that must be there": hostPath(root+"/pvc-2", &directory),
		"a volume of another kind":    {},
	} {
		if got, err := folderOf(volume, root); err == nil {
			t.Errorf("%s: %s", says, got)
		}
	}
}
