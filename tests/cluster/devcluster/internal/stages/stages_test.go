package stages

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func TestEveryTemplateAndExpressionHasItsDefinitions(t *testing.T) {
	configuration, err := Configuration("/logs/empty")
	if err != nil {
		t.Fatal(err)
	}
	templates, names := 0, map[string]bool{}
	for document := range strings.SplitSeq(strings.TrimPrefix(string(configuration), "---\n"), "\n---\n") {
		var stage struct {
			Kind     string
			Metadata struct{ Name string }
			Spec     struct {
				Steps []struct{ Patch, Apply *struct{ Template string } }
				Logs  []struct{ LogsFile string }
			}
		}
		if err := yaml.Unmarshal([]byte(document), &stage); err != nil {
			t.Fatal(err)
		}
		if stage.Kind == "ClusterLogs" && stage.Spec.Logs[0].LogsFile != "/logs/empty" {
			t.Errorf("logs %+v", stage.Spec.Logs)
		}
		if names[stage.Kind+stage.Metadata.Name] {
			t.Errorf("there are two %s %s", stage.Kind, stage.Metadata.Name)
		}
		names[stage.Kind+stage.Metadata.Name] = true
		for _, step := range stage.Spec.Steps {
			for _, part := range []*struct{ Template string }{step.Patch, step.Apply} {
				if part == nil {
					continue
				}
				templates++
				if !strings.Contains(part.Template, `define "status"`) {
					t.Errorf("stage %s lacks definitions", stage.Metadata.Name)
				}
			}
		}
	}
	if templates == 0 || !names["ClusterLogsany"] || !names["KwokConfiguration"] {
		t.Errorf("%d templates, %v", templates, names)
	}
}

func TestNodesAreNumberedFromOne(t *testing.T) {
	nodes := Nodes(2)
	if len(nodes) != 2 || nodes[0].Name != "node-1" || nodes[1].Name != "node-2" {
		t.Fatalf("%v", nodes)
	}
	room := nodes[0].Status.Allocatable
	if room.Cpu().String() != "32" || room.Memory().String() != "256Gi" || room.Pods().Value() != 1000 {
		t.Errorf("room %v", room)
	}
	if nodes[0].Labels["type"] != "kwok" || len(Nodes(0)) != 0 || len(Nodes(-1)) != 0 {
		t.Error("labels or numbers are wrong")
	}
}

func pod(image string, annotations ...string) *corev1.Pod {
	made := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{}}}
	for index := 0; index+1 < len(annotations); index += 2 {
		made.Annotations[annotations[index]] = annotations[index+1]
	}
	made.Spec.InitContainers = []corev1.Container{{Name: "setup", Image: "mongo"}}
	made.Spec.Containers = []corev1.Container{{Name: "app", Image: "web"}, {Name: "other", Image: image}}
	return made
}

func TestServicesAreKnownByTheLastElementOfTheImage(t *testing.T) {
	for image, wanted := range map[string]bool{
		"nats": true, "nats:2.10-alpine": true, "docker.io/library/mongo:7": true, "quay.io/minio/minio@sha256:00": true,
		"localhost:5000/versitygw:1": true, "influxdb:2": true, "konstellation/kre-entrypoint:3.3.6": true,
		"natsio/nats-box": false, "mongo-express": false, "minio/mc": false, "reg.invalid/nats:2": false, "": false,
	} {
		if got := Service(pod(image)); got != wanted {
			t.Errorf("%q: %t", image, got)
		}
	}
	if Service(pod("nats", FateAnnotation, "crash-loop")) {
		t.Error("a service with a fate is one all the same")
	}
}

func TestOnlyContainersThatRunHaveALog(t *testing.T) {
	for fate, wanted := range map[string]bool{
		"crash-loop": true, "exits-zero": true, "oom-killed": true, "never-ready": true, "breaks": true,
		"pull-error": false, "stuck": false, "": false, "nonsense": false,
	} {
		container, text, ok := FailureLog(pod("web", FateAnnotation, fate, LogAnnotation, "boom"))
		if ok != wanted || ok && (container != "app" || text != "boom") {
			t.Errorf("%q: %q %q %t", fate, container, text, ok)
		}
	}
	if _, _, ok := FailureLog(pod("web", FateAnnotation, "crash-loop")); ok {
		t.Error("there is a log without text")
	}
	if _, _, ok := FailureLog(pod("r.invalid/web", FateAnnotation, "crash-loop", LogAnnotation, "boom")); ok {
		t.Error("a container without image has a log")
	}
}

func TestTheLogIsThatOfTheContainerThatFails(t *testing.T) {
	for named, wanted := range map[string]string{"other": "other", "setup": "setup", "nobody": "app", "": "app"} {
		made := pod("web", FateAnnotation, "crash-loop", LogAnnotation, "boom", ContainerAnnotation, named)
		if container, _, _ := FailureLog(made); container != wanted {
			t.Errorf("%q: %s", named, container)
		}
	}
}

func TestDefinitionsAreNamedAsKwokAsksForThem(t *testing.T) {
	var names []string
	for _, definition := range CustomResourceDefinitions() {
		names = append(names, definition.Name+" "+string(definition.Spec.Scope))
		if definition.Spec.Names.Plural+"."+definition.Spec.Group != definition.Name {
			t.Errorf("%+v", definition.Spec.Names)
		}
	}
	if got := strings.Join(names, " "); got != "logs.kwok.x-k8s.io Namespaced" {
		t.Error(got)
	}
}
