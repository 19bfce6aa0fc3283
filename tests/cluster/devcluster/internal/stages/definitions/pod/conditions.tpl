{{- /* type, whether it holds, reason, message → appended to conditions, with the time of its last transition */ -}}
{{- define "condition" -}}
  {{- $holds := ternary "True" "False" .holds -}}
  {{- $since := .now -}}
  {{- $type := .type -}}
  {{- range dig "status" "conditions" list .pod -}}
    {{- if and (eq .type $type) (eq .status $holds) -}}{{- $since = .lastTransitionTime -}}{{- end -}}
  {{- end -}}
  {{- /* A reason that is gone has to be taken away: what is left out of a patch stays. */ -}}
  {{- $_ := set . "conditions" (append .conditions (dict
    "type" .type
    "status" $holds
    "reason" (ternary .reason nil (ne .reason ""))
    "message" (ternary .message nil (ne .message ""))
    "lastProbeTime" nil
    "lastTransitionTime" $since
    "observedGeneration" (dig "metadata" "generation" nil .pod)
  )) -}}
{{- end -}}

{{- /* statuses of containers, phase → conditions of the pod */ -}}
{{- define "conditions" -}}
  {{- $box := . -}}
  {{- $ended := has .phase (list "Succeeded" "Failed") -}}
  {{- $_ := set . "conditions" list -}}
  {{- $_ := set . "reason" "" -}}
  {{- $_ := set . "message" "" -}}
  {{- $_ := set . "holds" (not (or $ended (eq .to "creating"))) -}}
  {{- template "condition" (set . "type" "PodReadyToStartContainers") -}}

  {{- $incomplete := list -}}
  {{- range .plains -}}{{- if not .ready -}}{{- $incomplete = append $incomplete .name -}}{{- end -}}{{- end -}}
  {{- range .sidecars -}}{{- if not .started -}}{{- $incomplete = append $incomplete .name -}}{{- end -}}{{- end -}}
  {{- $_ := set . "holds" (or (eq .phase "Succeeded") .begun (not $incomplete)) -}}
  {{- if eq .phase "Succeeded" -}}
    {{- $_ := set . "reason" "PodCompleted" -}}
  {{- else if not .holds -}}
    {{- $_ := set . "reason" "ContainersNotInitialized" -}}
    {{- $_ := set . "message" (printf "containers with incomplete status: [%s]" (join " " $incomplete)) -}}
  {{- end -}}
  {{- template "condition" (set . "type" "Initialized") -}}

  {{- $unready := list -}}
  {{- range concat .sidecars .regulars -}}{{- if not .ready -}}{{- $unready = append $unready .name -}}{{- end -}}{{- end -}}
  {{- $_ := set . "holds" (not (or $ended $unready)) -}}
  {{- $_ := set . "reason" "" -}}
  {{- $_ := set . "message" "" -}}
  {{- if eq .phase "Succeeded" -}}
    {{- $_ := set . "reason" "PodCompleted" -}}
  {{- else if eq .phase "Failed" -}}
    {{- $_ := set . "reason" "PodFailed" -}}
  {{- else if $unready -}}
    {{- $_ := set . "reason" "ContainersNotReady" -}}
    {{- $_ := set . "message" (printf "containers with unready status: [%s]" (join " " $unready)) -}}
  {{- end -}}
  {{- $why := dict "holds" .holds "reason" .reason "message" .message -}}
  {{- if .holds -}}
    {{- $lacks := list -}}
    {{- range dig "spec" "readinessGates" list .pod -}}
      {{- $gate := .conditionType -}}
      {{- $status := "" -}}
      {{- range dig "status" "conditions" list $box.pod -}}{{- if eq .type $gate -}}{{- $status = .status -}}{{- end -}}{{- end -}}
      {{- if not $status -}}
        {{- $lacks = append $lacks (printf "corresponding condition of pod readiness gate %q does not exist." $gate) -}}
      {{- else if ne $status "True" -}}
        {{- $lacks = append $lacks (printf "the status of pod readiness gate %q is not \"True\", but %s" $gate $status) -}}
      {{- end -}}
    {{- end -}}
    {{- if $lacks -}}
      {{- $_ := set . "holds" false -}}
      {{- $_ := set . "reason" "ReadinessGatesNotReady" -}}
      {{- $_ := set . "message" (join ", " $lacks) -}}
    {{- end -}}
  {{- end -}}
  {{- template "condition" (set . "type" "Ready") -}}
  {{- range $key, $value := $why -}}{{- $_ := set $box $key $value -}}{{- end -}}
  {{- template "condition" (set . "type" "ContainersReady") -}}

  {{- $_ := set . "holds" true -}}
  {{- $_ := set . "reason" "" -}}
  {{- $_ := set . "message" "" -}}
  {{- template "condition" (set . "type" "PodScheduled") -}}
{{- end -}}
