package stages

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NodeSelector is the label of nodes that KWOK plays, as `--manage-nodes-with-label-selector` has it.
const NodeSelector = "type=kwok"

// Nodes returns as many nodes as asked for, `node-1` and so on. Stages make them ready.
func Nodes(count int) []*corev1.Node {
	nodes := make([]*corev1.Node, 0, max(count, 0))
	for number := 1; number <= count; number++ {
		nodes = append(nodes, node(fmt.Sprintf("node-%d", number)))
	}
	return nodes
}

func node(name string) *corev1.Node {
	room := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("32"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
		corev1.ResourcePods:             resource.MustParse("1000"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				"type":                   "kwok",
				corev1.LabelHostname:     name,
				corev1.LabelOSStable:     "linux",
				corev1.LabelArchStable:   "amd64",
				corev1.LabelTopologyZone: "local",
			},
		},
		Status: corev1.NodeStatus{
			Capacity:    room,
			Allocatable: room,
			NodeInfo: corev1.NodeSystemInfo{
				Architecture:            "amd64",
				OperatingSystem:         "linux",
				OSImage:                 "KWOK",
				KernelVersion:           "6.1.0",
				KubeletVersion:          "v1.34.4",
				ContainerRuntimeVersion: "containerd://2.1.4",
			},
		},
	}
}
