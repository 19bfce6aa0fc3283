package ingress

import (
	"context"
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	// class is the name of the IngressClass, controller by whom its Ingresses are served.
	class      = "nginx"
	controller = "k8s.io/ingress-nginx"
	// classAnnotation named the class before there was a field.
	classAnnotation = "kubernetes.io/ingress.class"
)

// define makes the IngressClass, which is that of Ingresses without one too.
func define(ctx context.Context, client kubernetes.Interface) error {
	made := &networkingv1.IngressClass{
		ObjectMeta: metav1.ObjectMeta{
			Name:        class,
			Annotations: map[string]string{networkingv1.AnnotationIsDefaultIngressClass: "true"},
		},
		Spec: networkingv1.IngressClassSpec{Controller: controller},
	}
	if _, err := client.NetworkingV1().IngressClasses().Create(ctx, made, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("cannot make IngressClass %s: %w", class, err)
	}
	return nil
}

// ours tells whether an Ingress is for this controller.
func ours(ingress *networkingv1.Ingress, classes []*networkingv1.IngressClass) bool {
	if named, found := ingress.Annotations[classAnnotation]; found {
		return named == class
	}
	for _, known := range classes {
		if known.Spec.Controller != controller {
			continue
		}
		if named := ingress.Spec.IngressClassName; named != nil {
			if *named == known.Name {
				return true
			}
			continue
		}
		if known.Annotations[networkingv1.AnnotationIsDefaultIngressClass] == "true" {
			return true
		}
	}
	return false
}
