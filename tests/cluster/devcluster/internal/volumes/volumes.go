// Package volumes gives claims of two StorageClasses a folder on this machine.
//
// The folders are reached from every node, as network storage is. Their size is not enforced, and
// neither are access modes.
package volumes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// name is how StorageClasses call the provisioner.
const name = "devcluster.kre.konstellation.io/folder"

// workers is how many claims are served at once.
const workers = 20

// Classes returns the StorageClasses: `standard`, the default, waits for the first pod and can grow;
// `fixed` does neither.
func Classes() []*storagev1.StorageClass {
	return []*storagev1.StorageClass{
		class("standard", true, storagev1.VolumeBindingWaitForFirstConsumer),
		class("fixed", false, storagev1.VolumeBindingImmediate),
	}
}

func class(called string, standard bool, binding storagev1.VolumeBindingMode) *storagev1.StorageClass {
	reclaim := corev1.PersistentVolumeReclaimDelete
	made := &storagev1.StorageClass{
		ObjectMeta:           metav1.ObjectMeta{Name: called},
		Provisioner:          name,
		ReclaimPolicy:        &reclaim,
		AllowVolumeExpansion: &standard,
		VolumeBindingMode:    &binding,
	}
	if standard {
		made.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
	}
	return made
}

// Define makes the StorageClasses.
func Define(ctx context.Context, client kubernetes.Interface) error {
	for _, class := range Classes() {
		_, err := client.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("cannot make StorageClass %s: %w", class.Name, err)
		}
	}
	return nil
}

// Run serves claims until the context ends, with folders below the one that is given.
func Run(ctx context.Context, client kubernetes.Interface, folder string) error {
	go resize(ctx, client)
	controller.NewProvisionController(ctx, client, name, folders{folder},
		controller.LeaderElection(false),
		controller.Threadiness(workers),
	).Run(ctx)
	return nil
}

// folders provisions volumes as folders below its own.
type folders struct {
	parent string
}

// Provision makes an empty folder. It is called again when storing the volume failed.
func (f folders) Provision(_ context.Context, options controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	claim := options.PVC
	if claim.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("claim %s/%s selects volumes, which cannot be made to order", claim.Namespace, claim.Name)
	}
	path := filepath.Join(f.parent, options.PVName)
	if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
		return nil, controller.ProvisioningFinished, err
	}
	// Containers run as users of their own; the folders above keep everybody else out.
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			VolumeMode:                    claim.Spec.VolumeMode,
			Capacity: corev1.ResourceList{
				corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage],
			},
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: path},
			},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the folder and all that is in it.
func (f folders) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	return os.RemoveAll(filepath.Join(f.parent, volume.Name))
}
