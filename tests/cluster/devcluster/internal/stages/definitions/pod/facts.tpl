{{- /* What the templates of all stages have in common. */ -}}
{{- /* Templates cannot return values: each definition is given a dictionary and writes its results into it. */ -}}
{{- /* What is written about a pod is what the kubelet of Kubernetes 1.34 writes. */ -}}

{{- /* name of an annotation → its value */ -}}
{{- define "mark" -}}
  {{- $marks := dig "metadata" "annotations" (dict) .pod -}}
  {{- $_ := set . "mark" (get $marks (print "devcluster.kre.konstellation.io/" .name)) -}}
{{- end -}}

{{- /* pod → fate and the container that it befalls, as plight.jq has it */ -}}
{{- define "facts" -}}
  {{- template "mark" (set . "name" "container") -}}
  {{- $named := .mark -}}
  {{- template "mark" (set . "name" "fate") -}}
  {{- $_ := set . "fate" .mark -}}
  {{- $_ := set . "inits" (dig "spec" "initContainers" list .pod) -}}
  {{- $_ := set . "failing" (first .pod.spec.containers) -}}
  {{- $box := . -}}
  {{- $found := false -}}
  {{- range concat .inits .pod.spec.containers -}}
    {{- if eq .name $named -}}{{- $_ := set $box "failing" . -}}{{- end -}}
  {{- end -}}
  {{- range concat .inits .pod.spec.containers -}}
    {{- template "image" (set $box "image" .image) -}}
    {{- if and $box.unpullable (not $found) -}}
      {{- $found = true -}}
      {{- $_ := set $box "fate" "pull-error" -}}
      {{- $_ := set $box "failing" . -}}
    {{- end -}}
  {{- end -}}
  {{- $_ := set . "statuses" (dict) -}}
  {{- range concat (dig "status" "initContainerStatuses" list .pod) (dig "status" "containerStatuses" list .pod) -}}
    {{- $_ := set $box.statuses .name . -}}
  {{- end -}}
{{- end -}}
