package pods

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kre/terraform-provider-kre/tests/cluster/devcluster/internal/home"
)

func TestAPodOfAServiceIsAProcess(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	pod := f.pod("nats-0")

	t.Run("it is ready, with an address of the cluster", func(t *testing.T) {
		if !podutil.IsPodReady(pod) || pod.Status.PodIP != fmt.Sprintf("10.%d.1.1", f.slot) || pod.Status.HostIP != "127.210.0.1" {
			t.Errorf("got %+v", pod.Status)
		}
	})
	t.Run("it has the arguments and variables of its container", func(t *testing.T) {
		got := f.started("nats-0")
		if !slices.Equal(got.Arguments, []string{"nats-server", "-js"}) || got.variable("PORT") != "4222" || got.variable("HOSTNAME") != "nats-0" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("it has an address and a resolver of its own", func(t *testing.T) {
		got := f.started("nats-0")
		if got.variable("DEVCLUSTER_ADDRESS") != "127"+strings.TrimPrefix(pod.Status.PodIP, "10") ||
			!strings.HasPrefix(got.variable("DEVCLUSTER_RESOLVER"), got.variable("DEVCLUSTER_ADDRESS")+":") {
			t.Errorf("got %+v", got.Environment)
		}
	})
	t.Run("it is known as the cluster's, whoever its parent is", func(t *testing.T) {
		got := f.started("nats-0")
		if got.variable(home.DirectoryVariable) != f.directory || got.variable(home.ComponentVariable) != "kre/nats-0/nats" {
			t.Errorf("got %+v", got.Environment)
		}
	})
	t.Run("its folders are its own", func(t *testing.T) {
		got := f.started("nats-0")
		for _, folder := range []string{got.Folder, got.variable("HOME"), got.variable("TMPDIR")} {
			if !strings.HasPrefix(folder, filepath.Join(f.directory, "pods", string(pod.UID))+"/") {
				t.Errorf("%s is elsewhere", folder)
			}
		}
	})
	t.Run("KWOK knows its logs and ports", func(t *testing.T) {
		object, err := f.dynamic.Resource(kwokPortForwards).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		forwards, _, _ := unstructured.NestedSlice(object.Object, "spec", "forwards")
		if len(forwards) != 4 {
			t.Errorf("got %v", forwards)
		}
		object, err = f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		logs, _, _ := unstructured.NestedSlice(object.Object, "spec", "logs")
		content, err := os.ReadFile(logs[0].(map[string]any)["logsFile"].(string))
		if err != nil || !strings.Contains(string(content), "stdout F hello from nats-server") || !strings.Contains(string(content), "stderr F it listens on") {
			t.Errorf("%s, %v", content, err)
		}
	})
}

func TestThePodOfAServiceHasALifeAndAnEnd(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	pod := f.pod("nats-0")

	t.Run("its life is told as by a kubelet", func(t *testing.T) {
		for _, said := range []string{`Pulled: Container image "nats:2.10" already present on machine`, "Created: Created container: nats", "Started: Started container nats"} {
			f.eventually(said, func() bool { return f.says(said) })
		}
	})
	t.Run("its end leaves nothing", func(t *testing.T) {
		process := f.started("nats-0").Pid
		f.delete("nats-0", 30)
		f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
		if isAlive(process) {
			t.Error("the process is alive")
		}
		left, err := os.ReadDir(filepath.Join(f.directory, "pods"))
		if err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
		_, err = f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		if !apierrors.IsNotFound(err) {
			t.Errorf("KWOK still knows: %v", err)
		}
		f.eventually("that is told", func() bool { return f.says("Killing: Stopping container nats") })
	})
}

func TestOtherPodsAreNotTouched(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("fated", func(pod *corev1.Pod) { pod.Annotations = map[string]string{fateAnnotation: "oom-killed"} }))
	f.create(natsPod("foreign", func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "nginx" }))
	f.create(natsPod("unreachable", func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "registry.invalid/nats" }))
	f.create(natsPod("unbound", func(pod *corev1.Pod) { pod.Spec.NodeName = "" }))
	f.create(natsPod("elsewhere", func(pod *corev1.Pod) { pod.Spec.NodeName = "node-2" }))
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	for _, name := range []string{"fated", "foreign", "unreachable", "unbound", "elsewhere"} {
		if pod := f.pod(name); len(pod.Status.ContainerStatuses) > 0 {
			t.Errorf("%s was played", name)
		}
	}
}

func TestTheLogOfAPodThatIsMadeToFailIsServed(t *testing.T) {
	f := newFixture(t)
	pod := natsPod("fated", func(pod *corev1.Pod) {
		pod.Annotations = map[string]string{fateAnnotation: "crash-loop", "log": "cannot open /data\nbye"}
	})
	f.create(pod)
	get := func() error {
		_, err := f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), pod.Name, metav1.GetOptions{})
		return err
	}
	f.eventually("KWOK knows the log", func() bool { return get() == nil })
	for _, name := range []string{"web.log", "web.previous.log"} {
		content, err := os.ReadFile(filepath.Join(f.directory, "pods", string(pod.UID), name))
		if err != nil || !strings.Contains(string(content), " stderr F cannot open /data\n") {
			t.Errorf("%s: %s, %v", name, content, err)
		}
	}
	if err := f.client.CoreV1().Pods("kre").Delete(t.Context(), "fated", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	f.eventually("KWOK has forgotten it", func() bool { return apierrors.IsNotFound(get()) })
}

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

func TestAContainerThatExitsStartsAgainMoreAndMoreSlowly(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	first := f.status("nats-0").ContainerID
	_ = f.ask("nats-0", "/exit?code=3")
	f.eventually("it runs again at once", func() bool {
		status := f.status("nats-0")
		return status.State.Running != nil && status.RestartCount == 1
	})
	status := f.status("nats-0")
	last := status.LastTerminationState.Terminated
	if last == nil || last.ExitCode != 3 || last.Reason != reasonError || last.ContainerID != first || status.ContainerID == first {
		t.Errorf("got %+v", status)
	}
	f.runs("nats-0")
	previous, err := os.ReadFile(filepath.Join(f.directory, "pods/uid-of-nats-0/nats.previous.log"))
	if err != nil || !strings.Contains(string(previous), "hello from") {
		t.Errorf("%s, %v", previous, err)
	}
	_ = f.ask("nats-0", "/exit?code=0")
	f.eventually("it has to wait", func() bool {
		waits := f.status("nats-0").State.Waiting
		return waits != nil && waits.Reason == reasonBackOff &&
			waits.Message == "back-off 10s restarting failed container=nats pod=nats-0_kre(uid-of-nats-0)"
	})
	pod := f.pod("nats-0")
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != 0 || last.Reason != reasonCompleted {
		t.Errorf("got %+v", last)
	}
	if pod.Status.Phase != corev1.PodRunning || podutil.IsPodReady(pod) {
		t.Errorf("got %s, ready %t", pod.Status.Phase, podutil.IsPodReady(pod))
	}
	f.eventually("that is told", func() bool {
		return f.says("BackOff: Back-off restarting failed container nats in pod nats-0_kre(uid-of-nats-0)")
	})
}

func TestARestartPolicyIsObeyed(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "EXIT", Value: "4"})
	}))
	f.create(natsPod("nats-1", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "EXIT", Value: "0"})
	}))
	f.eventually("one has failed", func() bool { return f.pod("nats-0").Status.Phase == corev1.PodFailed })
	f.eventually("one has succeeded", func() bool { return f.pod("nats-1").Status.Phase == corev1.PodSucceeded })
	f.delete("nats-0", 30)
	f.eventually("it can be deleted", func() bool { return f.pod("nats-0") == nil })
}

func TestAProgramThatIsNoneCannotStart(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
		pod.Spec.Containers[0].Command = []string{"no-such-program"}
	}))
	f.eventually("it has failed", func() bool { return f.pod("nats-0").Status.Phase == corev1.PodFailed })
	f.eventually("it is told why", func() bool {
		return f.says("Failed: Error: failed to create containerd task") && f.says(`exec: "no-such-program": executable file not found in $PATH`)
	})
	if ended := f.status("nats-0").State.Terminated; ended == nil || ended.ExitCode != codeStartError || ended.Reason != reasonStart {
		t.Errorf("got %+v", f.status("nats-0"))
	}
}

func healthProbe() *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/health"}},
		PeriodSeconds: 1, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1,
	}
}

func withPort(probe *corev1.Probe) *corev1.Probe {
	probe.HTTPGet.Port.IntVal = 4222
	return probe
}

func TestAReadinessProbeDecidesWhoIsReady(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].ReadinessProbe = withPort(healthProbe())
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "SICK", Value: "1"})
	}))
	f.runs("nats-0")
	f.eventually("it is not ready, and it is told why", func() bool {
		return !f.status("nats-0").Ready && f.says("Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503")
	})
	_ = f.ask("nats-0", "/well")
	f.eventually("it is ready when it is well", func() bool { return podutil.IsPodReady(f.pod("nats-0")) })
	_ = f.ask("nats-0", "/sick")
	f.eventually("it is no more when it is not", func() bool { return !podutil.IsPodReady(f.pod("nats-0")) })
}

func TestALivenessProbeEndsWhatIsSick(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].LivenessProbe = withPort(healthProbe())
	}))
	f.runs("nats-0")
	_ = f.ask("nats-0", "/sick")
	f.eventually("it runs again", func() bool { return f.status("nats-0").RestartCount == 1 && f.status("nats-0").State.Running != nil })
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != 143 {
		t.Errorf("got %+v", last)
	}
	f.eventually("that is told", func() bool { return f.says("Killing: Container nats failed liveness probe, will be restarted") })
}

func TestAStartupProbeComesBeforeTheOthers(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].StartupProbe = withPort(healthProbe())
		pod.Spec.Containers[0].StartupProbe.FailureThreshold = 60
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "SICK", Value: "1"})
	}))
	f.runs("nats-0")
	f.eventually("it has not started up", func() bool { return f.says("Unhealthy: Startup probe failed") })
	if status := f.status("nats-0"); *status.Started || status.Ready {
		t.Errorf("got %+v", status)
	}
	_ = f.ask("nats-0", "/well")
	f.eventually("it has, and is ready", func() bool { return *f.status("nats-0").Started && f.status("nats-0").Ready })
}

func TestAProbeThatExecutesChecksAPort(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 4222}}
		pod.Spec.Containers[0].ReadinessProbe = &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"false"}}},
			PeriodSeconds: 1, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 1,
		}
	}))
	f.eventually("it is ready", func() bool { return f.status("nats-0").Ready })
}

func TestOtherContainersArePretended(t *testing.T) {
	f := newFixture(t)
	always := corev1.ContainerRestartPolicyAlways
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "busybox"}, {Name: "sidecar", Image: "proxy", RestartPolicy: &always}}
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "reloader", Image: "natsio/reloader"})
	}))
	f.eventually("the pod is ready", func() bool { return podutil.IsPodReady(f.pod("nats-0")) })
	status := f.pod("nats-0").Status
	if init := status.InitContainerStatuses[0]; init.State.Terminated == nil || init.State.Terminated.Reason != reasonCompleted || !init.Ready {
		t.Errorf("init: %+v", init)
	}
	if sidecar := status.InitContainerStatuses[1]; sidecar.State.Running == nil || !sidecar.Ready {
		t.Errorf("sidecar: %+v", sidecar)
	}
	if reloader := status.ContainerStatuses[1]; reloader.State.Running == nil || !reloader.Ready {
		t.Errorf("reloader: %+v", reloader)
	}
	f.delete("nats-0", 30)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
}

func TestAProcessHasItsGraceToEnd(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 3)
	time.Sleep(time.Second)
	if f.pod("nats-0") == nil || f.ask("nats-0", "/health") != nil {
		t.Error("it was killed before its time")
	}
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took < 3*time.Second || took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAGraceCanBeShortened(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 600)
	f.delete("nats-0", 1)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAHookMaySleepBeforeTheSignal(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 2}}}
	}))
	f.runs("nats-0")
	begin := time.Now()
	f.delete("nats-0", 30)
	f.eventually("the pod is gone", func() bool { return f.pod("nats-0") == nil })
	if took := time.Since(begin); took < 2*time.Second || took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAPodThatIsForgottenIsKilledAtOnce(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", func(pod *corev1.Pod) {
		pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
	}))
	f.runs("nats-0")
	process := f.started("nats-0").Pid
	if err := f.client.CoreV1().Pods("kre").Delete(context.Background(), "nats-0", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	f.create(natsPod("nats-0", func(pod *corev1.Pod) { pod.UID = "another" }))
	f.eventually("the process is gone", func() bool { return !isAlive(process) })
	f.runs("nats-0")
	told, err := f.dynamic.Resource(kwokLogs).Namespace("kre").Get(t.Context(), "nats-0", metav1.GetOptions{})
	if err != nil || told.GetLabels()[podLabel] != "another" {
		t.Errorf("KWOK knows %v, %v", told, err)
	}
	f.eventually("and its folder", func() bool {
		_, err := os.Stat(filepath.Join(f.directory, "pods/uid-of-nats-0"))
		return os.IsNotExist(err)
	})
}

func TestTheEndOfTheProgramEndsAllProcesses(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"nats-0", "nats-1"} {
		f.create(natsPod(name, func(pod *corev1.Pod) {
			if name == "nats-1" {
				pod.Spec.Containers[0].Env = append(pod.Spec.Containers[0].Env, corev1.EnvVar{Name: "STUBBORN", Value: "1"})
			}
		}))
		f.runs(name)
	}
	processes := []int{f.started("nats-0").Pid, f.started("nats-1").Pid}
	begin := time.Now()
	f.end()
	for _, process := range processes {
		if isAlive(process) {
			t.Errorf("%d is alive", process)
		}
	}
	if took := time.Since(begin); took > stopTimeout+2*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAPodIsPlayedOnAfterAFailureOfTheProgram(t *testing.T) {
	f := newFixture(t)
	f.create(natsPod("nats-0", nil))
	f.runs("nats-0")
	f.end()
	f.play()
	f.eventually("it has started again", func() bool { return f.status("nats-0").RestartCount == 1 })
	f.runs("nats-0")
	if last := f.status("nats-0").LastTerminationState.Terminated; last.ExitCode != codeLost || last.Reason != reasonUnknown {
		t.Errorf("got %+v", last)
	}
}
