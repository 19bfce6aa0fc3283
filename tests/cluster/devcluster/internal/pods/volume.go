package pods

import (
	"errors"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/kubernetes/pkg/volume/configmap"
	"k8s.io/kubernetes/pkg/volume/secret"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// payload is the content of a volume made of API objects: files by their paths.
type payload map[string]volumeutil.FileProjection

// issuer returns a token for the pod's service account.
type issuer func(request *authenticationv1.TokenRequest) (string, error)

// isFiles tells whether a volume is made of API objects, and not a folder.
func isFiles(volume *corev1.Volume) bool {
	return volume.ConfigMap != nil || volume.Secret != nil || volume.Projected != nil || volume.DownwardAPI != nil
}

// content returns the files of such a volume, or an error in the words of a kubelet.
func (s scene) content(volume *corev1.Volume, issue issuer) (payload, error) {
	switch {
	case volume.ConfigMap != nil:
		source := volume.ConfigMap
		return s.configMapFiles(source.Name, source.Items, source.DefaultMode, isTrue(source.Optional))
	case volume.Secret != nil:
		source := volume.Secret
		return s.secretFiles(source.SecretName, source.Items, source.DefaultMode, isTrue(source.Optional))
	case volume.DownwardAPI != nil:
		return s.downwardFiles(volume.DownwardAPI.Items, volume.DownwardAPI.DefaultMode)
	case volume.Projected != nil:
		return s.projectedFiles(volume.Projected, issue)
	default:
		return nil, fmt.Errorf("volume %s is no volume of files", volume.Name)
	}
}

func (s scene) configMapFiles(name string, items []corev1.KeyToPath, mode *int32, optional bool) (payload, error) {
	object, err := s.objects.ConfigMap(name)
	if optional && apierrors.IsNotFound(err) {
		object, err = &corev1.ConfigMap{}, nil
	}
	if err != nil {
		return nil, err
	}
	return configmap.MakePayload(items, object, orDefaultMode(mode), optional)
}

func (s scene) secretFiles(name string, items []corev1.KeyToPath, mode *int32, optional bool) (payload, error) {
	object, err := s.objects.Secret(name)
	if optional && apierrors.IsNotFound(err) {
		object, err = &corev1.Secret{}, nil
	}
	if err != nil {
		return nil, err
	}
	return secret.MakePayload(items, object, orDefaultMode(mode), optional)
}

func (s scene) downwardFiles(items []corev1.DownwardAPIVolumeFile, mode *int32) (payload, error) {
	files := payload{}
	var failures []error
	for _, item := range items {
		var value string
		var err error
		switch {
		case item.FieldRef != nil:
			value, err = s.field(item.FieldRef)
		case item.ResourceFieldRef != nil:
			value, err = s.resource(item.ResourceFieldRef, &corev1.Container{})
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		files[item.Path] = volumeutil.FileProjection{Data: []byte(value), Mode: *orDefaultMode(firstOf(item.Mode, mode))}
	}
	return files, utilerrors.NewAggregate(failures)
}

func (s scene) projectedFiles(volume *corev1.ProjectedVolumeSource, issue issuer) (payload, error) {
	files := payload{}
	var failures []error
	for _, source := range volume.Sources {
		part, err := s.projected(source, volume.DefaultMode, issue)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		for path, file := range part {
			files[path] = file
		}
	}
	return files, utilerrors.NewAggregate(failures)
}

func (s scene) projected(source corev1.VolumeProjection, mode *int32, issue issuer) (payload, error) {
	switch {
	case source.Secret != nil:
		return s.secretFiles(source.Secret.Name, source.Secret.Items, mode, isTrue(source.Secret.Optional))
	case source.ConfigMap != nil:
		return s.configMapFiles(source.ConfigMap.Name, source.ConfigMap.Items, mode, isTrue(source.ConfigMap.Optional))
	case source.DownwardAPI != nil:
		return s.downwardFiles(source.DownwardAPI.Items, mode)
	case source.ServiceAccountToken != nil:
		token, err := issue(s.tokenRequest(source.ServiceAccountToken))
		if err != nil {
			return nil, err
		}
		file := volumeutil.FileProjection{Data: []byte(token), Mode: *orDefaultMode(mode)}
		return payload{source.ServiceAccountToken.Path: file}, nil
	default:
		return nil, errors.New("devcluster projects no sources but configMap, secret, downwardAPI and serviceAccountToken")
	}
}

func (s scene) tokenRequest(source *corev1.ServiceAccountTokenProjection) *authenticationv1.TokenRequest {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: source.ExpirationSeconds,
		BoundObjectRef: &authenticationv1.BoundObjectReference{
			APIVersion: "v1", Kind: "Pod", Name: s.pod.Name, UID: s.pod.UID,
		},
	}}
	if source.Audience != "" {
		request.Spec.Audiences = []string{source.Audience}
	}
	return request
}

// mounted returns the volumes of the pod that some container mounts: nobody waits for others.
func mounted(pod *corev1.Pod) []*corev1.Volume {
	names := map[string]bool{}
	for _, container := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		for _, mount := range container.VolumeMounts {
			names[mount.Name] = true
		}
	}
	var volumes []*corev1.Volume
	for i := range pod.Spec.Volumes {
		if names[pod.Spec.Volumes[i].Name] {
			volumes = append(volumes, &pod.Spec.Volumes[i])
		}
	}
	return volumes
}

// claimOf returns the name of the claim that a volume is, if it is one.
func claimOf(pod metav1.Object, volume *corev1.Volume) (string, bool) {
	switch {
	case volume.PersistentVolumeClaim != nil:
		return volume.PersistentVolumeClaim.ClaimName, true
	case volume.Ephemeral != nil:
		return pod.GetName() + "-" + volume.Name, true
	default:
		return "", false
	}
}

func firstOf(modes ...*int32) *int32 {
	for _, mode := range modes {
		if mode != nil {
			return mode
		}
	}
	return nil
}

func orDefaultMode(mode *int32) *int32 {
	usual := corev1.ConfigMapVolumeSourceDefaultMode
	return firstOf(mode, &usual)
}
