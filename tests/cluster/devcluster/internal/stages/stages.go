// Package stages knows what KWOK is told: how nodes and pods live here, and what can befall a pod.
//
// A stage says when something happens to a node or a pod, and what its status is then. KWOK knows no
// way to say a thing once for several stages, so this package puts the definitions that they share,
// of expressions and of templates, before each expression and each template.
package stages

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var documents embed.FS

//go:embed definitions
var definitions embed.FS

// Configuration returns the file that `kwok --config` reads, all stages included.
//
// The log of every container that nothing else is said about is the file called emptyLog, which has
// to be there: without one, KWOK takes `kubectl logs` for a mistake.
func Configuration(emptyLog string) ([]byte, error) {
	names, err := fs.Glob(documents, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("cannot list the stages: %w", err)
	}
	var configuration bytes.Buffer
	for _, name := range names {
		text, err := documents.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the stages of %s: %w", name, err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if err := write(&configuration, document); err != nil {
				return nil, fmt.Errorf("cannot complete the stages of %s: %w", name, err)
			}
		}
	}
	if err := write(&configuration, anyLog(emptyLog)); err != nil {
		return nil, fmt.Errorf("cannot name the log %s: %w", emptyLog, err)
	}
	return configuration.Bytes(), nil
}

// anyLog is about all containers of all pods.
func anyLog(file string) string {
	return fmt.Sprintf(`
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: {name: any}
spec:
  logs:
  - logsFile: %q
`, file)
}

func write(configuration *bytes.Buffer, document string) error {
	var parsed struct {
		Spec struct{ ResourceRef struct{ Kind string } }
	}
	if err := yaml.Unmarshal([]byte(document), &parsed); err != nil {
		return err
	}
	shared, err := sharedFor(parsed.Spec.ResourceRef.Kind)
	if err != nil {
		return err
	}
	var whole map[string]any
	if err := yaml.Unmarshal([]byte(document), &whole); err != nil {
		return err
	}
	shared.complete(whole)
	text, err := yaml.Marshal(whole)
	if err != nil {
		return err
	}
	configuration.WriteString("---\n")
	configuration.Write(text)
	return nil
}

// shared is what is put before every template and every expression.
type shared struct{ templates, expressions string }

// sharedFor reads what stages for a kind share; KWOK offers other functions for pods than for nodes.
func sharedFor(kind string) (shared, error) {
	folder := "definitions/" + strings.ToLower(kind)
	templates, err := read(folder+"/*.tpl", "{{- /*")
	if err != nil {
		return shared{}, err
	}
	expressions, err := read(folder+"/*.jq", "#")
	return shared{templates: templates, expressions: expressions}, err
}

// complete goes through a document, to whatever depth.
func (s shared) complete(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			s.complete(element)
		}
	case map[string]any:
		for name, member := range value {
			text, isText := member.(string)
			switch {
			case isText && name == "template":
				value[name] = s.templates + text
			case isText && (name == "key" || name == "expression"):
				value[name] = s.expressions + text
			default:
				s.complete(member)
			}
		}
	}
}

// read puts files together without indentation and lines of comment, which KWOK would read each time.
func read(pattern, comment string) (string, error) {
	names, err := fs.Glob(definitions, pattern)
	if err != nil {
		return "", fmt.Errorf("cannot list %s: %w", pattern, err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := definitions.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("cannot read %s: %w", name, err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, comment) {
				all.WriteString(line + "\n")
			}
		}
	}
	return all.String(), nil
}
