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
	templates, err := read(definitions, "definitions/*.tpl")
	if err != nil {
		return nil, err
	}
	expressions, err := read(definitions, "definitions/*.jq")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(documents, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("cannot list the stages: %w", err)
	}
	shared := shared{templates: dense(templates, "{{- /*"), expressions: dense(expressions, "#")}
	var configuration bytes.Buffer
	for _, name := range names {
		text, err := documents.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the stages of %s: %w", name, err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if err := shared.write(&configuration, document); err != nil {
				return nil, fmt.Errorf("cannot complete the stages of %s: %w", name, err)
			}
		}
	}
	if err := shared.write(&configuration, anyLog(emptyLog)); err != nil {
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

// shared is what is put before every template and every expression.
type shared struct{ templates, expressions string }

func (s shared) write(configuration *bytes.Buffer, document string) error {
	var parsed map[string]any
	if err := yaml.Unmarshal([]byte(document), &parsed); err != nil {
		return err
	}
	s.complete(parsed)
	text, err := yaml.Marshal(parsed)
	if err != nil {
		return err
	}
	configuration.WriteString("---\n")
	configuration.Write(text)
	return nil
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

func read(folder fs.FS, pattern string) (string, error) {
	names, err := fs.Glob(folder, pattern)
	if err != nil {
		return "", fmt.Errorf("cannot list %s: %w", pattern, err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return "", fmt.Errorf("cannot read %s: %w", name, err)
		}
		all.Write(text)
	}
	return all.String(), nil
}

// dense leaves out indentation and lines of comment, which KWOK would read each time.
func dense(text, comment string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, comment) {
			kept.WriteString(line + "\n")
		}
	}
	return kept.String()
}
