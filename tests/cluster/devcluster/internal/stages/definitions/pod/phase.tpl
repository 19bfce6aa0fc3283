{{- /* statuses of containers → phase of the pod */ -}}
{{- define "phase" -}}
  {{- $initializing := false -}}
  {{- $failed := false -}}
  {{- $begun := false -}}
  {{- $waiting := false -}}
  {{- $running := false -}}
  {{- $stopped := 0 -}}
  {{- $succeeded := 0 -}}
  {{- $held := false -}}
  {{- range .plains -}}
    {{- if dig "state" "running" false . -}}
      {{- $initializing = true -}}
    {{- else if dig "state" "terminated" false . -}}
      {{- if ne (toString .state.terminated.exitCode) "0" -}}{{- $failed = true -}}{{- end -}}
    {{- else if not (dig "lastState" "terminated" false .) -}}
      {{- $initializing = true -}}
    {{- end -}}
  {{- end -}}
  {{- range .sidecars -}}
    {{- if dig "state" "running" false . -}}
      {{- $running = true -}}
      {{- if not .started -}}{{- $held = true -}}{{- end -}}
    {{- else if and (dig "state" "waiting" false .) (not (dig "lastState" "terminated" false .)) -}}
      {{- $held = true -}}
      {{- $waiting = true -}}
    {{- end -}}
  {{- end -}}
  {{- range .regulars -}}
    {{- if dig "state" "running" false . -}}
      {{- $running = true -}}
      {{- $begun = true -}}
    {{- else if dig "state" "terminated" false . -}}
      {{- $begun = true -}}
      {{- $stopped = add1 $stopped -}}
      {{- if eq (toString .state.terminated.exitCode) "0" -}}{{- $succeeded = add1 $succeeded -}}{{- end -}}
    {{- else if dig "lastState" "terminated" false . -}}
      {{- $stopped = add1 $stopped -}}
    {{- else -}}
      {{- $waiting = true -}}
    {{- end -}}
  {{- end -}}
  {{- $phase := "Running" -}}
  {{- if and $failed (eq .policy "Never") -}}
    {{- $phase = "Failed" -}}
  {{- else if or $initializing (and $held (not $begun)) $waiting -}}
    {{- $phase = "Pending" -}}
  {{- else if or $running (and (eq .policy "Always") (ne .to "killed")) -}}
    {{- $phase = "Running" -}}
  {{- else if eq (int $stopped) (int $succeeded) -}}
    {{- $phase = "Succeeded" -}}
  {{- else if or (eq .policy "Never") (eq .to "killed") -}}
    {{- $phase = "Failed" -}}
  {{- end -}}
  {{- $_ := set . "phase" $phase -}}
  {{- $_ := set . "begun" $begun -}}
{{- end -}}
