{{- /* container, status until now → status of a container that waits for reason, because of message */ -}}
{{- define "waits" -}}
  {{- $status := dict "name" .container.name "image" .container.image "imageID" "" "restartCount" 0 -}}
  {{- $before := .before -}}
  {{- range list "containerID" "image" "imageID" "restartCount" "lastState" "resources" "allocatedResources" -}}
    {{- if hasKey $before . -}}{{- $_ := set $status . (get $before .) -}}{{- end -}}
  {{- end -}}
  {{- if dig "state" "terminated" false $before -}}
    {{- $_ := set $status "lastState" $before.state -}}
  {{- end -}}
  {{- $waiting := dict "reason" .reason -}}
  {{- if .message -}}{{- $_ := set $waiting "message" .message -}}{{- end -}}
  {{- $_ := set $status "state" (dict "waiting" $waiting) -}}
  {{- $_ := set $status "ready" false -}}
  {{- $_ := set $status "started" false -}}
  {{- $_ := set . "status" $status -}}
{{- end -}}

{{- /* container, status until now, ready → status of a container that runs, started just now or before */ -}}
{{- define "runs" -}}
  {{- $status := dict -}}
  {{- if dig "state" "running" false .before -}}
    {{- $status = deepCopy .before -}}
  {{- else -}}
    {{- template "image" (set . "image" .container.image) -}}
    {{- $count := atoi (toString (dig "restartCount" 0 .before)) -}}
    {{- $last := dig "lastState" (dict) .before -}}
    {{- if dig "state" "terminated" false .before -}}{{- $last = .before.state -}}{{- end -}}
    {{- if $last -}}{{- $count = add1 $count -}}{{- end -}}
    {{- $digest := print "sha256:" (sha256sum .reference) -}}
    {{- if contains "@" .reference -}}{{- $digest = .version -}}{{- end -}}
    {{- $status = dict
      "name" .container.name
      "image" .reference
      "imageID" (print .host "/" .path "@" $digest)
      "containerID" (print "containerd://" (sha256sum (print .pod.metadata.uid .container.name $count)))
      "restartCount" $count
      "lastState" $last
      "resources" (dig "resources" (dict) .container)
      "state" (dict "running" (dict "startedAt" .now))
    -}}
    {{- with dig "resources" "requests" false .container -}}{{- $_ := set $status "allocatedResources" . -}}{{- end -}}
  {{- end -}}
  {{- $_ := set $status "ready" .ready -}}
  {{- $_ := set $status "started" (or .ready (not (hasKey .container "startupProbe"))) -}}
  {{- $_ := set . "status" $status -}}
{{- end -}}

{{- /* container, status until now, exit code, reason → status of a container that has ended, just now or before */ -}}
{{- define "ends" -}}
  {{- if dig "state" "terminated" false .before -}}
    {{- $_ := set . "status" (deepCopy .before) -}}
  {{- else -}}
    {{- template "runs" (set . "ready" false) -}}
    {{- $_ := set .status "state" (dict "terminated" (dict
      "containerID" .status.containerID
      "exitCode" .exitCode
      "reason" .reason
      "startedAt" .status.state.running.startedAt
      "finishedAt" .now
    )) -}}
    {{- $_ := set .status "started" false -}}
  {{- end -}}
{{- end -}}

{{- /* fate → how the container that it befalls ends */ -}}
{{- define "end" -}}
  {{- $_ := set . "exitCode" 1 -}}
  {{- $_ := set . "reason" "Error" -}}
  {{- if eq .fate "exits-zero" -}}
    {{- $_ := set . "exitCode" 0 -}}
    {{- $_ := set . "reason" "Completed" -}}
  {{- else if eq .fate "oom-killed" -}}
    {{- $_ := set . "exitCode" 137 -}}
    {{- $_ := set . "reason" "OOMKilled" -}}
  {{- end -}}
{{- end -}}

{{- /* container → whether a probe decides on its readiness */ -}}
{{- define "probed" -}}
  {{- $_ := set . "probed" (or (hasKey .container "readinessProbe") (hasKey .container "startupProbe")) -}}
{{- end -}}

{{- /* container, whether it initializes and whether the fate befalls it → whether it is ready when it runs */ -}}
{{- define "ready" -}}
  {{- template "probed" . -}}
  {{- $ready := not (and .probed (eq .to "slow")) -}}
  {{- if or .plain (and .befallen (eq .fate "never-ready")) -}}
    {{- $ready = false -}}
  {{- else if .befallen -}}
    {{- /* What breaks has been ready until then; what else ends never lives to see a probe. */ -}}
    {{- $ended := or (dig "state" "terminated" false .before) (dig "lastState" "terminated" false .before) -}}
    {{- $ready = or (not .probed) (and (eq .fate "breaks") (not $ended)) -}}
  {{- end -}}
  {{- $_ := set . "ready" $ready -}}
{{- end -}}

{{- /* the container that the fate befalls → its status, where that is another one than of a container that runs */ -}}
{{- define "befalls" -}}
  {{- if eq .to "ended" -}}
    {{- template "end" . -}}
    {{- template "ends" . -}}
  {{- else if eq .to "backed-off" -}}
    {{- $pauses := list "10s" "20s" "40s" "1m20s" "2m40s" "5m0s" -}}
    {{- $pause := index $pauses (int (max 0 (sub (min (atoi (toString .before.restartCount)) 6) 1))) -}}
    {{- $pod := printf "%s_%s(%s)" .pod.metadata.name .pod.metadata.namespace .pod.metadata.uid -}}
    {{- $_ := set . "reason" "CrashLoopBackOff" -}}
    {{- $_ := set . "message" (printf "back-off %s restarting failed container=%s pod=%s" $pause .container.name $pod) -}}
    {{- template "waits" . -}}
  {{- else if eq .to "pulling" -}}
    {{- $_ := set . "reason" .quiet -}}
    {{- $_ := set . "message" "" -}}
    {{- template "waits" . -}}
  {{- else if eq (dig "imagePullPolicy" "" .container) "Never" -}}
    {{- $_ := set . "reason" "ErrImageNeverPull" -}}
    {{- $_ := set . "message" (printf "Container image %q is not present with pull policy of Never" .container.image) -}}
    {{- template "waits" . -}}
  {{- else -}}
    {{- template "pull" (set . "image" .container.image) -}}
    {{- $_ := set . "reason" "ErrImagePull" -}}
    {{- $_ := set . "message" .pull -}}
    {{- if eq .to "pull-backed-off" -}}
      {{- $_ := set . "reason" "ImagePullBackOff" -}}
      {{- $_ := set . "message" (printf "Back-off pulling image %q: ErrImagePull: %s" .named .pull) -}}
    {{- end -}}
    {{- template "waits" . -}}
  {{- end -}}
{{- end -}}

{{- /* container, whether it is one of those that initialize and end → its status */ -}}
{{- define "container" -}}
  {{- $_ := set . "before" (get .statuses .container.name | default (dict)) -}}
  {{- template "image" (set . "image" .container.image) -}}
  {{- $befallen := eq .container.name .failing.name -}}
  {{- if and .unpullable (hasPrefix "pull" .to) -}}{{- $befallen = true -}}{{- end -}}
  {{- $_ := set . "befallen" (and $befallen (ne .fate "")) -}}
  {{- $running := dig "state" "running" false .before -}}
  {{- if or (eq .to "creating") (and .blocked (not $running)) -}}
    {{- $_ := set . "reason" .quiet -}}
    {{- $_ := set . "message" "" -}}
    {{- template "waits" . -}}
  {{- else if and .befallen (has .to (list "ended" "backed-off" "pulling" "pull-failed" "pull-backed-off")) -}}
    {{- template "befalls" . -}}
  {{- else if or .stops (and .plain (not .befallen)) -}}
    {{- $killed := eq .to "killed" -}}
    {{- $_ := set . "exitCode" (ternary 137 0 $killed) -}}
    {{- $_ := set . "reason" (ternary "Error" "Completed" $killed) -}}
    {{- template "ends" . -}}
  {{- else -}}
    {{- template "ready" . -}}
    {{- template "runs" . -}}
  {{- end -}}
  {{- $mounts := list -}}
  {{- range dig "volumeMounts" list .container -}}
    {{- $mount := dict "name" .name "mountPath" .mountPath -}}
    {{- if dig "readOnly" false . -}}
      {{- $_ := set $mount "readOnly" true -}}
      {{- $_ := set $mount "recursiveReadOnly" "Disabled" -}}
    {{- end -}}
    {{- $mounts = append $mounts $mount -}}
  {{- end -}}
  {{- if $mounts -}}{{- $_ := set .status "volumeMounts" $mounts -}}{{- end -}}
  {{- if and .plain (eq (toString (dig "state" "terminated" "exitCode" "" .status)) "0") -}}
    {{- $_ := set .status "ready" true -}}
  {{- end -}}
{{- end -}}
