package kwok

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func told(events []corev1.Event) string {
	var lines []string
	for _, event := range events {
		lines = append(lines, event.Type+" "+event.Reason+" "+event.Message)
	}
	return strings.Join(lines, "\n")
}

func TestWhatAKubeletSaysWhenAnImageCannotBePulled(t *testing.T) {
	player := play(t, fated("pull-error", "", `containers: [{name: app, image: shop/web}]`)).steps(3)
	failure := `rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/shop/web:latest": ` +
		`failed to resolve reference "docker.io/shop/web:latest": docker.io/shop/web:latest: not found`
	wanted := strings.Join([]string{
		`Normal Pulling Pulling image "shop/web:latest"`,
		`Warning Failed Failed to pull image "shop/web:latest": ` + failure,
		`Warning Failed Error: ErrImagePull`,
		`Normal BackOff Back-off pulling image "shop/web:latest"`,
		`Warning Failed Error: ImagePullBackOff`,
	}, "\n")
	if got := told(player.events); got != wanted {
		t.Errorf("got\n%s\nwant\n%s", got, wanted)
	}
	message := player.pod.Status.ContainerStatuses[0].State.Waiting.Message
	if wanted := `Back-off pulling image "shop/web:latest": ErrImagePull: ` + failure; message != wanted {
		t.Errorf("got  %s\nwant %s", message, wanted)
	}
}

func TestNobodyAsksForAnImageThatMustNotBePulled(t *testing.T) {
	player := play(t, fated("pull-error", "", `containers: [{name: app, image: web, imagePullPolicy: Never}]`)).steps(2)
	wanted := strings.Join([]string{
		`Warning ErrImageNeverPull Container image "web" is not present with pull policy of Never`,
		`Warning Failed Error: ErrImageNeverPull`,
	}, "\n")
	if got := told(player.events); got != wanted {
		t.Errorf("got\n%s\nwant\n%s", got, wanted)
	}
}

func TestADomainThatDoesNotExistIsNoHost(t *testing.T) {
	player := play(t, `spec: {containers: [{name: app, image: web}, {name: other, image: "registry.invalid:5000/shop/web:1"}]}`).steps(2)
	wanted := `failed to pull and unpack image "registry.invalid:5000/shop/web:1": ` +
		`failed to resolve reference "registry.invalid:5000/shop/web:1": failed to do request: ` +
		`Head "https://registry.invalid:5000/v2/shop/web/manifests/1": dial tcp: lookup registry.invalid on 127.0.0.53:53: no such host`
	if got := form(player.pod); got != "Pending, app ready, other ErrImagePull" {
		t.Error(got)
	}
	if got := player.pod.Status.ContainerStatuses[1].State.Waiting.Message; got != wanted {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
}

func TestEventsOfFailures(t *testing.T) {
	named := func(fate, volumes, probe string) string {
		return fated(fate, "", `volumes: [`+volumes+`], containers: [{name: app, image: web, readinessProbe: {`+probe+`}}]`)
	}
	started := strings.Join([]string{
		`Normal Pulled Container image "web" already present on machine`,
		`Normal Created Created container: app`,
		`Normal Started Started container app`,
		"",
	}, "\n")
	for pod, wanted := range map[string]string{
		fated("stuck", "", two): `Warning FailedMount MountVolume.SetUp failed for volume "data" : object "shop"/"kube-root-ca.crt" not registered`,
		named("stuck", "{name: set, configMap: {name: settings}}", ""): `Warning FailedMount MountVolume.SetUp failed for volume "set" : configmap "settings" not found`,
		named("stuck", "{name: key, secret: {secretName: keys}}", ""):  `Warning FailedMount MountVolume.SetUp failed for volume "key" : secret "keys" not found`,
		named("never-ready", "", "httpGet: {port: 80}"):                started + `Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503`,
		named("never-ready", "", "tcpSocket: {port: 80}"):              started + `Warning Unhealthy Readiness probe failed: dial tcp 10.244.0.7:80: connect: connection refused`,
		named("never-ready", "", "exec: {}"):                           started + `Warning Unhealthy Readiness probe failed: `,
		named("never-ready", "", "grpc: {port: 80}"):                   started + `Warning Unhealthy Readiness probe failed: service unhealthy (responded with "NOT_SERVING")`,
		fated("nonsense", "", two):                                     "Warning UnknownFate there is no fate `nonsense`; the pod stays as it is",
	} {
		player := play(t, pod).steps(1)
		if strings.HasPrefix(wanted, started) {
			player.steps(1)
		}
		if got := told(player.events); got != wanted {
			t.Errorf("got  %s\nwant %s", got, wanted)
		}
	}
}

func TestEventsOfACrashLoopAreCounted(t *testing.T) {
	player := play(t, fated("crash-loop", prefix+"container: setup", `initContainers: [{name: setup, image: a}], `+two)).steps(8)
	wanted := strings.Join([]string{
		`Normal Pulled Container image "a" already present on machine`,
		`Normal Created Created container: setup`,
		`Normal Started Started container setup`,
		`Warning BackOff Back-off restarting failed container setup in pod web_shop(1f2e)`,
		`Warning BackOff Back-off restarting failed container setup in pod web_shop(1f2e)`,
	}, "\n")
	if got := told(player.events); got != wanted {
		t.Fatalf("got\n%s\nwant\n%s", got, wanted)
	}
	first, second := player.events[3], player.events[4]
	if first.Count != 1 || second.Count != 2 || first.Name != second.Name {
		t.Errorf("%d of %s, %d of %s", first.Count, first.Name, second.Count, second.Name)
	}
	if first.InvolvedObject.FieldPath != "spec.initContainers{setup}" || first.Source.Component != "kubelet" || first.Source.Host != "node-1" {
		t.Errorf("%+v", first)
	}
}
