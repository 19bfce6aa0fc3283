package kwok

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// fated is a pod with a fate; what follows `spec: {` and further annotations can be given.
func fated(fate, annotations, spec string) string {
	return fmt.Sprintf("metadata: {annotations: {%sfate: %s, %s}}\nspec: {%s}", prefix, fate, annotations, spec)
}

const two = `containers: [{name: app, image: shop/web:1}, {name: other, image: web}]`

func TestFormsOfFailure(t *testing.T) {
	one := `containers: [{name: app, image: shop/web:1}]`
	initial := `initContainers: [{name: first, image: a}, {name: setup, image: b}, {name: last, image: c}], containers: [{name: app, image: d}]`
	sidecar := `initContainers: [{name: setup, image: b, restartPolicy: Always}], containers: [{name: app, image: d}]`
	setup := prefix + "container: setup"
	probed := `containers: [{name: app, image: web, readinessProbe: {}}]`
	for fact, this := range map[string]struct {
		pod   string
		forms []string
	}{
		"a crash loop": {fated("crash-loop", "", two), []string{
			"Running, app ready, other ready", "Running, app Error, other ready",
			"Running, app ready, other ready", "Running, app Error, other ready",
			"Running, app CrashLoopBackOff, other ready",
			"Running, app ready, other ready", "Running, app Error, other ready",
			"Running, app CrashLoopBackOff, other ready",
		}},
		"a crash loop is never ready where a probe is asked": {fated("crash-loop", "", probed), []string{
			"Running, app running", "Running, app Error", "Running, app running", "Running, app Error", "Running, app CrashLoopBackOff",
		}},
		"a crash loop of another container": {fated("crash-loop", prefix+"container: other", two), []string{
			"Running, app ready, other ready", "Running, app ready, other Error",
		}},
		"exit code 0 again and again": {fated("exits-zero", "", one), []string{
			"Running, app ready", "Running, app Completed", "Running, app ready", "Running, app Completed", "Running, app CrashLoopBackOff",
		}},
		"out of memory": {fated("oom-killed", "", one), []string{
			"Running, app ready", "Running, app OOMKilled", "Running, app ready", "Running, app OOMKilled", "Running, app CrashLoopBackOff",
		}},
		"breaks after having been ready": {fated("breaks", prefix+"delay: 20s", probed), []string{
			"Running, app ready", "Running, app Error", "Running, app running", "Running, app Error", "Running, app CrashLoopBackOff",
		}},
		"an image that cannot be pulled": {fated("pull-error", "", two), []string{
			"Pending, app ContainerCreating, other ready",
			"Pending, app ErrImagePull, other ready",
			"Pending, app ImagePullBackOff, other ready",
			"Pending, app ErrImagePull, other ready",
			"Pending, app ImagePullBackOff, other ready",
		}},
		"an image that is never pulled": {fated("pull-error", "", `containers: [{name: app, image: web, imagePullPolicy: Never}]`), []string{
			"Pending, app ContainerCreating", "Pending, app ErrImageNeverPull",
		}},
		"a stuck pod":          {fated("stuck", "", two), []string{"Pending, app ContainerCreating, other ContainerCreating"}},
		"a pod is never ready": {fated("never-ready", "", two), []string{"Running, app running, other ready"}},
		"an init container in a crash loop": {fated("crash-loop", setup, initial), []string{
			"Pending, first Completed, setup running, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup Error, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup running, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup Error, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup CrashLoopBackOff, last PodInitializing, app PodInitializing",
		}},
		"an init container whose image cannot be pulled": {fated("pull-error", setup, initial), []string{
			"Pending, first Completed, setup PodInitializing, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup ErrImagePull, last PodInitializing, app PodInitializing",
			"Pending, first Completed, setup ImagePullBackOff, last PodInitializing, app PodInitializing",
		}},
		"an init container that succeeds is done": {fated("exits-zero", setup, initial), []string{
			"Pending, first Completed, setup running, last PodInitializing, app PodInitializing",
			"Running, first Completed, setup Completed, last Completed, app ready",
		}},
		"an init container that fails for good": {fated("crash-loop", setup, "restartPolicy: Never, "+initial), []string{
			"Pending, first Completed, setup running, last PodInitializing, app PodInitializing",
			"Failed, first Completed, setup Error, last PodInitializing, app PodInitializing",
		}},
		"a sidecar in a crash loop leaves the others running": {fated("crash-loop", setup, sidecar), []string{
			"Running, setup ready, app ready", "Running, setup Error, app ready", "Running, setup ready, app ready",
			"Running, setup Error, app ready", "Running, setup CrashLoopBackOff, app ready",
		}},
		"a sidecar is started again whatever the pod says": {fated("crash-loop", setup, "restartPolicy: Never, "+sidecar), []string{
			"Running, setup ready, app ready", "Running, setup Error, app ready", "Running, setup ready, app ready",
		}},
		"a failure that is never repeated": {fated("crash-loop", "", "restartPolicy: Never, "+two), []string{
			"Running, app ready, other ready", "Failed, app Error, other Completed",
		}},
		"a failure that is repeated": {fated("oom-killed", "", "restartPolicy: OnFailure, "+one), []string{
			"Running, app ready", "Running, app OOMKilled", "Running, app ready", "Running, app OOMKilled", "Running, app CrashLoopBackOff",
		}},
		"a success that is never repeated":      {fated("exits-zero", "", "restartPolicy: Never, "+one), []string{"Running, app ready", "Succeeded, app Completed"}},
		"a success where failures are repeated": {fated("exits-zero", "", "restartPolicy: OnFailure, "+one), []string{"Running, app ready", "Succeeded, app Completed"}},
	} {
		t.Run(fact, func(t *testing.T) {
			player := play(t, this.pod)
			for _, wanted := range this.forms {
				if got := form(player.steps(1).pod); got != wanted {
					t.Fatalf("got  %s\nwant %s", got, wanted)
				}
				if player.delay > 4*time.Second && wanted != "Running, app Error" {
					t.Errorf("%s comes only after %s", wanted, player.delay)
				}
			}
		})
	}
}

func TestWhatIsOverStaysOver(t *testing.T) {
	for pod, steps := range map[string]int{
		fated("stuck", "", two):                               1,
		fated("never-ready", "", two):                         2,
		fated("crash-loop", "", "restartPolicy: Never, "+two): 2,
		fated("pull-error", "", `containers: [{name: app, image: web, imagePullPolicy: Never}]`): 2,
	} {
		player := play(t, pod).steps(steps)
		before := player.pod.DeepCopy()
		if stage := player.step(); !same(before, player.pod) {
			t.Errorf("%s: stage %s", pod, stage)
		}
	}
}

func TestPausesGrowAndTheLastStateIsKept(t *testing.T) {
	player := play(t, fated("crash-loop", "", two)).steps(5)
	for round, pause := range []string{"10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"} {
		status := player.pod.Status.ContainerStatuses[0]
		if wanted := "back-off " + pause + " restarting failed container=app pod=web_shop(1f2e)"; status.State.Waiting.Message != wanted {
			t.Errorf("got  %s\nwant %s", status.State.Waiting.Message, wanted)
		}
		last := status.LastTerminationState.Terminated
		if int(status.RestartCount) != round+1 || last == nil || last.ExitCode != 1 || last.Reason != "Error" || last.ContainerID != status.ContainerID {
			t.Errorf("round %d: %+v", round, status)
		}
		player.steps(3)
	}
}

func TestExitCodesAreThoseOfTheFate(t *testing.T) {
	for fate, code := range map[string]int32{"crash-loop": 1, "exits-zero": 0, "oom-killed": 137, "breaks": 1} {
		ended := play(t, fated(fate, "", two)).steps(2).pod.Status.ContainerStatuses[0].State.Terminated
		if ended.ExitCode != code || ended.StartedAt.IsZero() || ended.FinishedAt.IsZero() || ended.ContainerID == "" {
			t.Errorf("%s: %+v", fate, ended)
		}
	}
}

func TestWhatBreaksDoesSoAfterItsDelay(t *testing.T) {
	if player := play(t, fated("breaks", prefix+"delay: 20s", two)).steps(2); player.delay != 20*time.Second {
		t.Errorf("first after %s", player.delay)
	} else if player.steps(2); player.delay > time.Second {
		t.Errorf("then after %s", player.delay)
	}
	if player := play(t, fated("breaks", "", two)).steps(2); player.delay != 0 {
		t.Errorf("without a delay after %s", player.delay)
	}
}

func TestConditionsOfFailures(t *testing.T) {
	for pod, wanted := range map[string]string{
		fated("stuck", "", two):                              "PodReadyToStartContainers False, Initialized True, ContainersReady False ContainersNotReady containers with unready status: [app other]",
		fated("never-ready", prefix+"container: other", two): "PodReadyToStartContainers True, Initialized True, ContainersReady False ContainersNotReady containers with unready status: [other]",
		fated("pull-error", prefix+"container: setup", `initContainers: [{name: setup, image: a}], `+two): "PodReadyToStartContainers True, Initialized False ContainersNotInitialized containers with incomplete status: [setup], ContainersReady False ContainersNotReady containers with unready status: [app other]",
	} {
		got := play(t, pod).steps(1).pod
		text := ""
		for _, kind := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.ContainersReady} {
			condition := condition(got, kind)
			text += ", " + string(kind) + " " + string(condition.Status)
			if condition.Reason != "" {
				text += " " + condition.Reason + " " + condition.Message
			}
		}
		if text[2:] != wanted {
			t.Errorf("got  %s\nwant %s", text[2:], wanted)
		}
	}
}

func TestConditionsOfPodsThatHaveEnded(t *testing.T) {
	for fate, reason := range map[string]string{"crash-loop": "PodFailed", "exits-zero": "PodCompleted"} {
		pod := play(t, fated(fate, "", "restartPolicy: Never, "+two)).steps(2).pod
		ready := condition(pod, corev1.PodReady)
		if ready.Status != corev1.ConditionFalse || ready.Reason != reason || ready.Message != "" {
			t.Errorf("%s: %+v", fate, ready)
		}
		if condition(pod, corev1.PodReadyToStartContainers).Status != corev1.ConditionFalse {
			t.Errorf("%s: there still is a sandbox", fate)
		}
	}
}

func TestAStuckPodHasNoAddress(t *testing.T) {
	if pod := play(t, fated("stuck", "", two)).steps(1).pod; pod.Status.PodIP != "" {
		t.Errorf("address %s", pod.Status.PodIP)
	}
}
