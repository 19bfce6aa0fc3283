{{- /* pod, reason, what it is about → text of an event */ -}}
{{- define "event" -}}
  {{- template "facts" . -}}
  {{- $now := Now -}}
  {{- $since := dig "status" "startTime" $now .pod -}}
  {{- $before := get .statuses .failing.name | default (dict) -}}
  {{- $type := "Warning" -}}
  {{- $message := "" -}}
  {{- $count := 1 -}}
  {{- $field := true -}}
  {{- template "pull" (set . "image" .failing.image) -}}
  {{- $about := dig "about" "" . -}}
  {{- if eq .fate "pull-error" -}}
    {{- /* One attempt each four seconds. */ -}}
    {{- $seconds := sub (now | unixEpoch | atoi) (toDate "2006-01-02T15:04:05Z07:00" $since | unixEpoch | atoi) -}}
    {{- $count = add1 (div (max 0 $seconds) 4) -}}
  {{- end -}}
  {{- if eq .reason "Pulling" -}}
    {{- $type = "Normal" -}}
    {{- $message = printf "Pulling image %q" .named -}}
  {{- else if and (eq .reason "Failed") (eq $about "image") -}}
    {{- $message = printf "Failed to pull image %q: %s" .named .pull -}}
  {{- else if eq .reason "Failed" -}}
    {{- $message = print "Error: " $about -}}
  {{- else if eq .reason "ErrImageNeverPull" -}}
    {{- $message = printf "Container image %q is not present with pull policy of Never" .failing.image -}}
  {{- else if and (eq .reason "BackOff") (eq $about "image") -}}
    {{- $type = "Normal" -}}
    {{- $message = printf "Back-off pulling image %q" .named -}}
  {{- else if eq .reason "BackOff" -}}
    {{- $count = max 1 (atoi (toString (dig "restartCount" 0 $before))) -}}
    {{- $message = printf "Back-off restarting failed container %s in pod %s_%s(%s)" .failing.name .pod.metadata.name .pod.metadata.namespace .pod.metadata.uid -}}
  {{- else if eq .reason "Pulled" -}}
    {{- $type = "Normal" -}}
    {{- $message = printf "Container image %q already present on machine" .failing.image -}}
  {{- else if eq .reason "Created" -}}
    {{- $type = "Normal" -}}
    {{- $message = print "Created container: " .failing.name -}}
  {{- else if eq .reason "Started" -}}
    {{- $type = "Normal" -}}
    {{- $message = print "Started container " .failing.name -}}
  {{- else if eq .reason "FailedMount" -}}
    {{- $field = false -}}
    {{- template "mount" . -}}
    {{- $message = .mount -}}
  {{- else if eq .reason "Unhealthy" -}}
    {{- template "probe" . -}}
    {{- $message = print "Readiness probe failed: " .probe -}}
  {{- else if eq .reason "UnknownFate" -}}
    {{- $field = false -}}
    {{- $message = printf "there is no fate `%s`; the pod stays as it is" .fate -}}
  {{- end -}}
  {{- $name := printf "%s.%s" .pod.metadata.name (sha256sum (print .pod.metadata.uid .reason $message) | trunc 16) -}}
  {{- $object := dict
    "apiVersion" "v1"
    "kind" "Pod"
    "name" .pod.metadata.name
    "namespace" .pod.metadata.namespace
    "uid" .pod.metadata.uid
    "resourceVersion" .pod.metadata.resourceVersion
  -}}
  {{- if $field -}}
    {{- $list := "containers" -}}
    {{- $failing := .failing.name -}}
    {{- range .inits -}}{{- if eq .name $failing -}}{{- $list = "initContainers" -}}{{- end -}}{{- end -}}
    {{- $_ := set $object "fieldPath" (printf "spec.%s{%s}" $list $failing) -}}
  {{- end -}}
  {{- toJson (dict
    "apiVersion" "v1"
    "kind" "Event"
    "metadata" (dict "name" $name "namespace" .pod.metadata.namespace)
    "involvedObject" $object
    "type" $type
    "reason" .reason
    "message" $message
    "count" $count
    "firstTimestamp" $since
    "lastTimestamp" $now
    "source" (dict "component" "kubelet" "host" .pod.spec.nodeName)
    "reportingComponent" "kubelet"
    "reportingInstance" .pod.spec.nodeName
  ) -}}
{{- end -}}

{{- /* pod → why its first volume cannot be mounted */ -}}
{{- define "mount" -}}
  {{- $volume := first (dig "spec" "volumes" list .pod) | default (dict "name" "data") -}}
  {{- $cause := printf "object %q/\"kube-root-ca.crt\" not registered" .pod.metadata.namespace -}}
  {{- if hasKey $volume "configMap" -}}
    {{- $cause = printf "configmap %q not found" $volume.configMap.name -}}
  {{- else if hasKey $volume "secret" -}}
    {{- $cause = printf "secret %q not found" $volume.secret.secretName -}}
  {{- else if hasKey $volume "persistentVolumeClaim" -}}
    {{- $cause = "mount failed: exit status 32" -}}
  {{- end -}}
  {{- $_ := set . "mount" (printf "MountVolume.SetUp failed for volume %q : %s" $volume.name $cause) -}}
{{- end -}}

{{- /* failing container → what its readiness probe says */ -}}
{{- define "probe" -}}
  {{- $probe := dig "readinessProbe" (dict) .failing -}}
  {{- $text := "HTTP probe failed with statuscode: 503" -}}
  {{- if hasKey $probe "tcpSocket" -}}
    {{- $text = printf "dial tcp %s:%v: connect: connection refused" .pod.status.podIP $probe.tcpSocket.port -}}
  {{- else if hasKey $probe "exec" -}}
    {{- $text = "" -}}
  {{- else if hasKey $probe "grpc" -}}
    {{- $text = "service unhealthy (responded with \"NOT_SERVING\")" -}}
  {{- end -}}
  {{- $_ := set . "probe" $text -}}
{{- end -}}
