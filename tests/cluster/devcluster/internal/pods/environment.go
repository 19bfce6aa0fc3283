package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	podshelper "k8s.io/kubernetes/pkg/apis/core/pods"
	v1helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/fieldpath"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/envvars"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// objects are the ConfigMaps and Secrets of a pod's namespace. A missing one is an error that
// says so in the words of a kubelet.
type objects interface {
	ConfigMap(name string) (*corev1.ConfigMap, error)
	Secret(name string) (*corev1.Secret, error)
}

// scene is what the declaration of a container refers to.
type scene struct {
	pod *corev1.Pod
	// address is that of the process: what peers have to be told, unlike the address in the status.
	address string
	hostIP  string
	// allocatable is the node's: the limit of a container that declares none.
	allocatable corev1.ResourceList
	services    []*corev1.Service
	objects     objects
}

// environment returns the variables that a kubelet would give a container, in order of their names.
func (s scene) environment(container *corev1.Container) ([]kubecontainer.EnvVar, error) {
	links := s.serviceLinks()
	values := map[string]string{}
	for _, source := range container.EnvFrom {
		if err := s.addSource(values, source); err != nil {
			return nil, err
		}
	}
	known := expansion.MappingFuncFor(values, links)
	for _, variable := range container.Env {
		value, found, err := s.value(variable, container, known)
		if err != nil {
			return nil, err
		}
		if found {
			values[variable.Name] = value
		}
	}
	all := maps.Clone(links)
	maps.Copy(all, values)
	variables := make([]kubecontainer.EnvVar, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		variables = append(variables, kubecontainer.EnvVar{Name: name, Value: all[name]})
	}
	return variables, nil
}

// serviceLinks describe the Services of the namespace, and Service `kubernetes` always.
func (s scene) serviceLinks() map[string]string {
	wanted := s.pod.Spec.EnableServiceLinks == nil || *s.pod.Spec.EnableServiceLinks
	var linked []*corev1.Service
	for _, service := range s.services {
		if !v1helper.IsServiceIPSet(service) || len(service.Spec.Ports) == 0 {
			continue
		}
		master := service.Namespace == metav1.NamespaceDefault && service.Name == "kubernetes"
		if master || wanted && service.Namespace == s.pod.Namespace {
			linked = append(linked, service)
		}
	}
	values := map[string]string{}
	for _, variable := range envvars.FromServices(linked) {
		values[variable.Name] = variable.Value
	}
	return values
}

func (s scene) addSource(values map[string]string, source corev1.EnvFromSource) error {
	switch {
	case source.ConfigMapRef != nil:
		configMap, err := s.objects.ConfigMap(source.ConfigMapRef.Name)
		if err != nil {
			return unlessOptional(err, source.ConfigMapRef.Optional)
		}
		for key, value := range configMap.Data {
			values[source.Prefix+key] = value
		}
	case source.SecretRef != nil:
		secret, err := s.objects.Secret(source.SecretRef.Name)
		if err != nil {
			return unlessOptional(err, source.SecretRef.Optional)
		}
		for key, value := range secret.Data {
			values[source.Prefix+key] = string(value)
		}
	}
	return nil
}

// value returns nothing, and no error, for an optional source that is missing.
func (s scene) value(variable corev1.EnvVar, container *corev1.Container, known func(string) string) (string, bool, error) {
	source := variable.ValueFrom
	switch {
	case variable.Value != "" || source == nil:
		return expansion.Expand(variable.Value, known), true, nil
	case source.FieldRef != nil:
		value, err := s.field(source.FieldRef)
		return value, true, err
	case source.ResourceFieldRef != nil:
		value, err := s.resource(source.ResourceFieldRef, container)
		return value, true, err
	case source.ConfigMapKeyRef != nil:
		return s.configMapKey(source.ConfigMapKeyRef)
	case source.SecretKeyRef != nil:
		return s.secretKey(source.SecretKeyRef)
	default:
		return "", true, nil
	}
}

func (s scene) configMapKey(selector *corev1.ConfigMapKeySelector) (string, bool, error) {
	configMap, err := s.objects.ConfigMap(selector.Name)
	if err != nil {
		return "", false, unlessOptional(err, selector.Optional)
	}
	value, found := configMap.Data[selector.Key]
	if !found && !isTrue(selector.Optional) {
		return "", false, fmt.Errorf("couldn't find key %v in ConfigMap %v/%v", selector.Key, s.pod.Namespace, selector.Name)
	}
	return value, found, nil
}

func (s scene) secretKey(selector *corev1.SecretKeySelector) (string, bool, error) {
	secret, err := s.objects.Secret(selector.Name)
	if err != nil {
		return "", false, unlessOptional(err, selector.Optional)
	}
	value, found := secret.Data[selector.Key]
	if !found && !isTrue(selector.Optional) {
		return "", false, fmt.Errorf("couldn't find key %v in Secret %v/%v", selector.Key, s.pod.Namespace, selector.Name)
	}
	return string(value), found, nil
}

func (s scene) field(selector *corev1.ObjectFieldSelector) (string, error) {
	path, _, err := podshelper.ConvertDownwardAPIFieldLabel(selector.APIVersion, selector.FieldPath, "")
	if err != nil {
		return "", err
	}
	switch path {
	case "spec.nodeName":
		return s.pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return s.pod.Spec.ServiceAccountName, nil
	case "status.hostIP", "status.hostIPs":
		return s.hostIP, nil
	case "status.podIP", "status.podIPs":
		return s.address, nil
	default:
		return fieldpath.ExtractFieldPathAsString(s.pod, path)
	}
}

// resource counts the node's allocatable resources as the limit of a container without one.
func (s scene) resource(selector *corev1.ResourceFieldSelector, container *corev1.Container) (string, error) {
	if selector.ContainerName != "" && selector.ContainerName != container.Name {
		return resource.ExtractResourceValueByContainerNameAndNodeAllocatable(selector, s.pod, selector.ContainerName, s.allocatable)
	}
	limited := container.DeepCopy()
	resource.MergeContainerResourceLimits(limited, s.allocatable)
	return resource.ExtractContainerResourceValue(selector, limited)
}

func unlessOptional(err error, optional *bool) error {
	if isTrue(optional) && apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func isTrue(value *bool) bool { return value != nil && *value }

// hostname is the name that a container of the pod believes its machine has.
func hostname(pod *corev1.Pod) string {
	const longest = 63
	name := pod.Name
	if pod.Spec.Hostname != "" {
		name = pod.Spec.Hostname
	}
	if len(name) > longest {
		name = strings.TrimRight(name[:longest], "-.")
	}
	return name
}
