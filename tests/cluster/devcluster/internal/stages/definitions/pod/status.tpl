{{- /* pod, what it comes to → text of its whole status */ -}}
{{- define "status" -}}
  {{- template "facts" . -}}
  {{- $box := . -}}
  {{- $_ := set . "now" Now -}}
  {{- $_ := set . "policy" .pod.spec.restartPolicy -}}
  {{- $_ := set . "quiet" (ternary "PodInitializing" "ContainerCreating" (gt (len .inits) 0)) -}}
  {{- $failing := .failing.name -}}

  {{- if eq .to "slow" -}}
    {{- $asked := false -}}
    {{- range .pod.spec.containers -}}
      {{- template "probed" (set $box "container" .) -}}
      {{- if $box.probed -}}{{- $asked = true -}}{{- end -}}
    {{- end -}}
    {{- if not $asked -}}{{- $_ := set . "to" "creating" -}}{{- end -}}
  {{- end -}}

  {{- /* Where a container ends for good, what runs beside it ends too: it is the pod of a Job. */ -}}
  {{- template "end" . -}}
  {{- $final := and (eq .to "ended") (or (eq .policy "Never") (and (eq .policy "OnFailure") (eq .exitCode 0))) -}}
  {{- range .inits -}}{{- if eq .name $failing -}}{{- $final = false -}}{{- end -}}{{- end -}}
  {{- $_ := set . "stops" (or $final (has .to (list "completed" "killed"))) -}}

  {{- $_ := set . "blocked" false -}}
  {{- $_ := set . "plains" list -}}
  {{- $_ := set . "sidecars" list -}}
  {{- $_ := set . "regulars" list -}}
  {{- $initializers := list -}}
  {{- range .inits -}}
    {{- $sidecar := eq (dig "restartPolicy" "" .) "Always" -}}
    {{- $_ := set $box "plain" (not $sidecar) -}}
    {{- template "container" (set $box "container" .) -}}
    {{- $initializers = append $initializers $box.status -}}
    {{- if $sidecar -}}
      {{- $_ := set $box "sidecars" (append $box.sidecars $box.status) -}}
      {{- if not $box.status.started -}}{{- $_ := set $box "blocked" true -}}{{- end -}}
    {{- else -}}
      {{- $_ := set $box "plains" (append $box.plains $box.status) -}}
      {{- if not $box.status.ready -}}{{- $_ := set $box "blocked" true -}}{{- end -}}
    {{- end -}}
  {{- end -}}
  {{- if .stops -}}{{- $_ := set . "blocked" false -}}{{- end -}}
  {{- $_ := set . "plain" false -}}
  {{- range .pod.spec.containers -}}
    {{- template "container" (set $box "container" .) -}}
    {{- $_ := set $box "regulars" (append $box.regulars $box.status) -}}
  {{- end -}}

  {{- template "phase" . -}}
  {{- template "conditions" . -}}

  {{- $order := list -}}
  {{- range .conditions -}}{{- $order = append $order (dict "type" .type) -}}{{- end -}}
  {{- $host := NodeIPWith .pod.spec.nodeName -}}
  {{- $status := dict
    "observedGeneration" (dig "metadata" "generation" nil .pod)
    "phase" .phase
    "startTime" (dig "status" "startTime" .now .pod)
    "hostIP" $host
    "hostIPs" (list (dict "ip" $host))
    "conditions" .conditions
    "$setElementOrder/conditions" $order
    "containerStatuses" .regulars
  -}}
  {{- if $initializers -}}{{- $_ := set $status "initContainerStatuses" $initializers -}}{{- end -}}
  {{- if not (or (eq .to "creating") (dig "status" "podIP" "" .pod)) -}}
    {{- $address := PodIPWith .pod.spec.nodeName (dig "spec" "hostNetwork" false .pod) .pod.metadata.uid .pod.metadata.name .pod.metadata.namespace -}}
    {{- $_ := set $status "podIP" $address -}}
    {{- $_ := set $status "podIPs" (list (dict "ip" $address)) -}}
  {{- end -}}
  {{- toJson $status -}}
{{- end -}}
