package volumes

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func claim(size, has string) *corev1.PersistentVolumeClaim {
	made := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "here", Name: "data"}}
	made.Spec.VolumeName = "volume"
	made.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}
	made.Status.Phase = corev1.ClaimBound
	made.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(has)}
	return made
}

func provision(t *testing.T, folder string, claim *corev1.PersistentVolumeClaim) (*corev1.PersistentVolume, error) {
	t.Helper()
	volume, _, err := folders{folder}.Provision(context.Background(), controller.ProvisionOptions{
		StorageClass: class("fixed", false, storagev1.VolumeBindingImmediate),
		PVName:       "volume",
		PVC:          claim,
	})
	return volume, err
}

func TestAVolumeIsAFolderUntilItIsDeleted(t *testing.T) {
	folder := t.TempDir()
	volume, err := provision(t, folder, claim("1Gi", "0"))
	if err != nil {
		t.Fatal(err)
	}
	path := volume.Spec.HostPath.Path
	if err := os.WriteFile(filepath.Join(path, "data"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := provision(t, folder, claim("1Gi", "0")); err != nil {
		t.Fatalf("a second attempt: %v", err)
	}
	if _, err := os.Stat(filepath.Join(path, "data")); err != nil {
		t.Fatalf("a second attempt took the data: %v", err)
	}
	if err := (folders{folder}).Delete(context.Background(), volume); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestAClaimThatSelectsVolumesIsNotServed(t *testing.T) {
	selecting := claim("1Gi", "0")
	selecting.Spec.Selector = &metav1.LabelSelector{}
	if volume, err := provision(t, t.TempDir(), selecting); err == nil {
		t.Errorf("it got %v", volume)
	}
}

func TestAClaimGrowsWithItsVolume(t *testing.T) {
	wanted, ctx := claim("2Gi", "1Gi"), context.Background()
	volume, err := provision(t, t.TempDir(), claim("1Gi", "0"))
	if err != nil {
		t.Fatal(err)
	}
	volume.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": name}
	client := fake.NewClientset(wanted, volume)
	if err := grow(ctx, client, wanted); err != nil {
		t.Fatal(err)
	}
	grown, err := client.CoreV1().PersistentVolumes().Get(ctx, "volume", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if capacity := grown.Spec.Capacity[corev1.ResourceStorage]; capacity.String() != "2Gi" {
		t.Errorf("the volume has %s", capacity.String())
	}
	after, err := client.CoreV1().PersistentVolumeClaims("here").Get(ctx, "data", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if wantsMore(after) {
		t.Errorf("the claim has %v", after.Status.Capacity)
	}
}

func TestOnlyBoundClaimsThatAskForMoreGrow(t *testing.T) {
	unbound := claim("2Gi", "1Gi")
	unbound.Status.Phase = corev1.ClaimPending
	for _, claim := range []*corev1.PersistentVolumeClaim{unbound, claim("1Gi", "1Gi"), claim("1Gi", "2Gi")} {
		if wantsMore(claim) {
			t.Errorf("%v grows", claim.Status)
		}
	}
}

func TestOneClassIsTheDefault(t *testing.T) {
	var defaults []string
	for _, class := range Classes() {
		if class.Annotations["storageclass.kubernetes.io/is-default-class"] == "true" {
			defaults = append(defaults, class.Name)
		}
	}
	if len(defaults) != 1 || defaults[0] != "standard" {
		t.Errorf("%v", defaults)
	}
}
