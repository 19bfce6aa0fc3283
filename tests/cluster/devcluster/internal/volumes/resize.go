package volumes

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// resync is after how long a claim that could not be grown is tried again.
const resync = 5 * time.Second

// resize lets bound claims grow to what they ask for. That a class cannot expand is refused by the
// API server before anything comes here.
func resize(ctx context.Context, client kubernetes.Interface) {
	factory := informers.NewSharedInformerFactory(client, resync)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	consider := func(object any) {
		claim, ok := object.(*corev1.PersistentVolumeClaim)
		if !ok || !wantsMore(claim) {
			return
		}
		if err := grow(ctx, client, claim); err != nil {
			klog.FromContext(ctx).Error(err, "cannot grow a claim", "namespace", claim.Namespace, "name", claim.Name)
		}
	}
	_, err := claims.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    consider,
		UpdateFunc: func(_, object any) { consider(object) },
	})
	if err != nil {
		klog.FromContext(ctx).Error(err, "cannot watch claims")
		return
	}
	factory.Start(ctx.Done())
}

func wantsMore(claim *corev1.PersistentVolumeClaim) bool {
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	has := claim.Status.Capacity[corev1.ResourceStorage]
	return claim.Status.Phase == corev1.ClaimBound && wanted.Cmp(has) > 0
}

// grow enlarges the volume first: a claim never says more than its volume has.
func grow(ctx context.Context, client kubernetes.Interface, claim *corev1.PersistentVolumeClaim) error {
	volume, err := client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if volume.Spec.HostPath == nil || volume.Annotations["pv.kubernetes.io/provisioned-by"] != name {
		return nil
	}
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	volume = volume.DeepCopy()
	volume.Spec.Capacity[corev1.ResourceStorage] = wanted
	if _, err := client.CoreV1().PersistentVolumes().Update(ctx, volume, metav1.UpdateOptions{}); err != nil {
		return err
	}
	claim = claim.DeepCopy()
	claim.Status.Capacity[corev1.ResourceStorage] = wanted
	claim.Status.Conditions = nil
	_, err = client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, metav1.UpdateOptions{})
	return err
}
