package pods

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestAPodWaitsForItsClaim(t *testing.T) {
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "data"}}
	f := newFixture(t, claim)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Args = []string{"-sd", "/data/js"}
		pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data", SubPath: "nats"}}
		pod.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
		}}}
	}))
	f.eventually("the pod waits", func() bool { return f.says("error processing PVC kre/data: PVC is not bound") })
	if waits := f.status("nats-0").State.Waiting; waits == nil || waits.Reason != reasonCreating {
		t.Errorf("got %+v", waits)
	}
	folder := filepath.Join(f.directory, "volumes", "pv-1")
	volume := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pv-1"}, Spec: corev1.PersistentVolumeSpec{
		PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: folder}},
	}}
	if _, err := f.client.CoreV1().PersistentVolumes().Create(t.Context(), volume, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	claim.Spec.VolumeName, claim.Status.Phase = "pv-1", corev1.ClaimBound
	if _, err := f.client.CoreV1().PersistentVolumeClaims("kre").Update(t.Context(), claim, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	f.runs("nats-0")
	if got := f.started("nats-0"); !slices.Equal(got.Arguments, []string{"nats-server", "-sd", folder + "/nats/js"}) {
		t.Errorf("got %q", got.Arguments)
	}
	f.delete("nats-0", 1)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if _, err := os.Stat(filepath.Join(folder, "nats")); err != nil {
		t.Errorf("the data is gone: %v", err)
	}
}

func TestWhatAContainerMountsHasPathsOfTheHost(t *testing.T) {
	settings := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "settings"}, Data: map[string]string{"nats.conf": `store_dir: "/data/js"`}}
	f := newFixture(t, settings)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Args = []string{"--config", "/etc/nats-config/nats.conf"}
		pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "config", MountPath: "/etc/nats-config"}, {Name: "empty", MountPath: "/data"}}
		pod.Spec.Volumes = []corev1.Volume{*configMapVolume("settings"), {Name: "empty", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
		pod.Spec.Volumes[0].Name = "config"
	}))
	f.runs("nats-0")
	content := f.file("nats-0", f.started("nats-0").Arguments[2])
	want := `store_dir: "` + filepath.Join(f.directory, "pods/uid-of-nats-0/volumes/empty/js") + `"`
	if content != want {
		t.Errorf("got %s, not %s", content, want)
	}
}

func TestAVolumeThatIsMissingHoldsThePodUp(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "v", MountPath: "/etc/x"}}
		pod.Spec.Volumes = []corev1.Volume{*secretVolume("absent")}
	}))
	f.eventually("it is told why", func() bool {
		return f.says(`FailedMount: MountVolume.SetUp failed for volume "v" : secret "absent" not found`)
	})
	if waits := f.status("nats-0").State.Waiting; waits == nil || waits.Reason != reasonCreating {
		t.Errorf("got %+v", waits)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "absent"}}
	if _, err := f.client.CoreV1().Secrets("kre").Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	f.runs("nats-0")
}

func TestAVariableThatIsMissingHoldsTheContainerUp(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "A", ValueFrom: key("absent", "x")})
	}))
	f.eventually("the status says why", func() bool {
		waits := f.status("nats-0").State.Waiting
		return waits != nil && waits.Reason == reasonConfig && waits.Message == `secret "absent" not found`
	})
	f.eventually("an event as well", func() bool { return f.says(`Failed: Error: secret "absent" not found`) })
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "kre", Name: "absent"}, Data: map[string][]byte{"x": []byte("1")}}
	if _, err := f.client.CoreV1().Secrets("kre").Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	f.runs("nats-0")
}

func TestAProgramThatIsMissingIsAnImageThatCannotBePulled(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "mongo:7" }))
	f.eventually("the status says so", func() bool {
		waits := f.status("nats-0").State.Waiting
		return waits != nil && waits.Reason == reasonPull && waits.Message == "devcluster was started without the program mongod"
	})
}

func TestAContainerThatMustNotRunAsRootDoesNotRun(t *testing.T) {
	f := newFixture(t)
	yes := true
	f.create(natsPod("nats-0", func(pod *corev1.Pod) { pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsNonRoot: &yes} }))
	f.eventually("the status says so", func() bool {
		waits := f.status("nats-0").State.Waiting
		return waits != nil && waits.Reason == reasonConfig && strings.HasPrefix(waits.Message, "container has runAsNonRoot and image will run as root")
	})
}
