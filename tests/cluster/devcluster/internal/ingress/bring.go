package ingress

import (
	"context"
	"fmt"
	"os"

	networkingv1 "k8s.io/api/networking/v1"
)

// obey brings nginx up to date, and then the status of Ingresses.
func (c *Controller) obey(ctx context.Context, order order) {
	served, err := c.bring(ctx, order)
	if err != nil {
		if ctx.Err() == nil {
			c.config.Log.Error("nginx is not up to date", "error", err)
		}
		return
	}
	for _, ingress := range served {
		if err := report(ctx, c.config.Client, ingress, c.config.Address); err != nil && ctx.Err() == nil {
			c.config.Log.Warn("cannot say where an Ingress is served", "ingress", called(ingress), "error", err)
		}
	}
}

// bring gives nginx a new configuration if it has another, and returns what is served. What nginx
// refuses is left out, as ingress-nginx refuses it when it is created.
func (c *Controller) bring(ctx context.Context, order order) ([]*networkingv1.Ingress, error) {
	seen := order.snapshot
	seen.ingresses = c.accepted(seen.ingresses)
	text, generation, err := c.compose(seen, order.ports)
	if err != nil || text == c.used {
		return seen.ingresses, err
	}
	if err := c.nginx.check(ctx, text); err != nil {
		if !c.blame(ctx, order) {
			return nil, err
		}
		seen.ingresses = c.accepted(seen.ingresses)
		if text, generation, err = c.compose(seen, order.ports); err != nil {
			return nil, err
		}
		if err := c.nginx.check(ctx, text); err != nil {
			return nil, err
		}
	}
	if text == c.used {
		return seen.ingresses, nil
	}
	if err := c.nginx.take(ctx, text, generation); err != nil {
		return nil, err
	}
	c.used = text
	return seen.ingresses, nil
}

// compose renders what is seen, after writing the certificates that it names.
func (c *Controller) compose(seen snapshot, ports map[backend]int) (text, generation string, err error) {
	servers, complaints := route(seen)
	for _, complaint := range complaints {
		if !c.said[complaint] {
			c.said[complaint] = true
			c.config.Log.Warn(complaint)
		}
	}
	for _, server := range servers {
		if server.certificate == nil {
			continue
		}
		if err := os.WriteFile(c.nginx.site.certificate(server.certificate), server.certificate.text, 0o600); err != nil {
			return "", "", fmt.Errorf("cannot write `%s`: %w", server.certificate.file(), err)
		}
	}
	text, generation = c.front(servers, ports).render()
	return text, generation, nil
}

// version names what an Ingress says.
func version(ingress *networkingv1.Ingress) string {
	return fmt.Sprint(ingress.UID, "/", ingress.Generation, "/", ingress.Annotations)
}

// accepted returns those Ingresses that nginx is not known to refuse.
func (c *Controller) accepted(ingresses []*networkingv1.Ingress) []*networkingv1.Ingress {
	var found []*networkingv1.Ingress
	for _, ingress := range ingresses {
		if c.refused[version(ingress)] == nil {
			found = append(found, ingress)
		}
	}
	return found
}

// blame finds the Ingresses that nginx refuses each on its own, and tells whether there are any.
func (c *Controller) blame(ctx context.Context, order order) bool {
	found := false
	for _, ingress := range c.accepted(order.snapshot.ingresses) {
		alone := order.snapshot
		alone.ingresses = []*networkingv1.Ingress{ingress}
		text, _, err := c.compose(alone, order.ports)
		if err != nil {
			continue
		}
		if err := c.nginx.check(ctx, text); err != nil && ctx.Err() == nil {
			found = true
			c.refused[version(ingress)] = err
			c.config.Log.Error("an Ingress is not served", "ingress", called(ingress), "error", err)
		}
	}
	return found
}
