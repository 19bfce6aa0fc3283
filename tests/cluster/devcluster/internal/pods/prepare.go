package pods

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// liveObjects reads from the API server.
type liveObjects struct {
	ctx       context.Context
	client    kubernetes.Interface
	namespace string
}

func (o liveObjects) ConfigMap(name string) (*corev1.ConfigMap, error) {
	found, err := o.client.CoreV1().ConfigMaps(o.namespace).Get(o.ctx, name, metav1.GetOptions{})
	return found, asKubelet(err, "configmap", name)
}

func (o liveObjects) Secret(name string) (*corev1.Secret, error) {
	found, err := o.client.CoreV1().Secrets(o.namespace).Get(o.ctx, name, metav1.GetOptions{})
	return found, asKubelet(err, "secret", name)
}

// asKubelet says that something is missing as the cache of a kubelet does.
func asKubelet(err error, resource, name string) error {
	if apierrors.IsNotFound(err) {
		return apierrors.NewNotFound(corev1.Resource(resource), name)
	}
	return err
}

func (o liveObjects) issue(account string) issuer {
	return func(request *authenticationv1.TokenRequest) (string, error) {
		issued, err := o.client.CoreV1().ServiceAccounts(o.namespace).CreateToken(o.ctx, account, request, metav1.CreateOptions{})
		if err != nil {
			return "", fmt.Errorf("failed to fetch token: %w", err)
		}
		return issued.Status.Token, nil
	}
}

// mountError is a volume that a pod has to wait for.
type mountError struct {
	volume string
	cause  error
}

func (e mountError) Error() string {
	return fmt.Sprintf("MountVolume.SetUp failed for volume %q : %v", e.volume, e.cause)
}

func (e mountError) Unwrap() error { return e.cause }

// errUnmountable begins what a kubelet says of a claim that it cannot mount yet.
var errUnmountable = errors.New("Unable to attach or mount volumes")

// storage is what the volumes of a pod are: folders, or files that are yet to be written.
type storage struct {
	folders map[string]string
	files   map[string]payload
}

// findStorage finds or makes the volumes that some container mounts.
func (w *worker) findStorage(ctx context.Context, scene scene) (storage, error) {
	live := liveObjects{ctx: ctx, client: w.client, namespace: w.pod.Namespace}
	result := storage{folders: map[string]string{}, files: map[string]payload{}}
	for _, volume := range mounted(w.pod) {
		claim, isClaim := claimOf(w.pod, volume)
		switch {
		case isClaim:
			folder, err := w.claimed(ctx, volume.Name, claim)
			if err != nil {
				return storage{}, err
			}
			result.folders[volume.Name] = folder
		case isFiles(volume):
			files, err := scene.content(volume, live.issue(w.pod.Spec.ServiceAccountName))
			if err != nil {
				return storage{}, mountError{volume.Name, err}
			}
			result.files[volume.Name] = files
		case volume.EmptyDir != nil, volume.HostPath != nil:
			folder := filepath.Join(w.folder, "volumes", volume.Name)
			if err := os.MkdirAll(folder, 0o777); err != nil {
				return storage{}, mountError{volume.Name, err}
			}
			result.folders[volume.Name] = folder
		default:
			return storage{}, mountError{volume.Name, fmt.Errorf("devcluster has no volumes of this kind for processes")}
		}
	}
	return result, nil
}

// claimed returns the folder of a claim's volume.
func (w *worker) claimed(ctx context.Context, volume, name string) (string, error) {
	unprocessed := func(err error) error {
		return fmt.Errorf("%w: unmounted volumes=[%s], unattached volumes=[], failed to process volumes=[%s]: error processing PVC %s/%s: %w",
			errUnmountable, volume, volume, w.pod.Namespace, name, err)
	}
	claim, err := w.client.CoreV1().PersistentVolumeClaims(w.pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", unprocessed(fmt.Errorf("failed to fetch PVC from API server: %w", err))
	}
	if claim.DeletionTimestamp != nil {
		return "", unprocessed(fmt.Errorf("PVC is being deleted"))
	}
	if claim.Status.Phase != corev1.ClaimBound || claim.Spec.VolumeName == "" {
		return "", unprocessed(fmt.Errorf("PVC is not bound"))
	}
	found, err := w.client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
	if err != nil {
		return "", unprocessed(err)
	}
	folder, err := folderOf(found, filepath.Join(w.directory, "volumes"))
	if err != nil {
		return "", mountError{found.Name, err}
	}
	return folder, nil
}

// folderOf returns the folder of a volume, which must be one of the cluster's: a process has the
// rights of whoever started the cluster.
func folderOf(volume *corev1.PersistentVolume, root string) (string, error) {
	var folder string
	create := false
	switch {
	case volume.Spec.HostPath != nil:
		kind := volume.Spec.HostPath.Type
		folder = volume.Spec.HostPath.Path
		create = kind == nil || *kind != corev1.HostPathDirectory
	case volume.Spec.Local != nil:
		folder = volume.Spec.Local.Path
	default:
		return "", fmt.Errorf("devcluster knows no volumes but hostPath and local ones")
	}
	folder = filepath.Clean(folder)
	if !strings.HasPrefix(folder, filepath.Clean(root)+string(filepath.Separator)) {
		return "", fmt.Errorf("%s is not below %s", folder, root)
	}
	if create {
		return folder, os.MkdirAll(folder, 0o777)
	}
	if found, err := os.Stat(folder); err != nil || !found.IsDir() {
		return "", fmt.Errorf("hostPath type check failed: %s is not a directory", folder)
	}
	return folder, nil
}
