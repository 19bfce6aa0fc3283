{{- /* node → text of what a kubelet reports about it */ -}}
{{- define "status" -}}
  {{- $node := . -}}
  {{- $now := Now -}}
  {{- $facts := list
    (list "MemoryPressure" "False" "KubeletHasSufficientMemory" "kubelet has sufficient memory available")
    (list "DiskPressure" "False" "KubeletHasNoDiskPressure" "kubelet has no disk pressure")
    (list "PIDPressure" "False" "KubeletHasSufficientPID" "kubelet has sufficient PID available")
    (list "Ready" "True" "KubeletReady" "kubelet is posting ready status")
  -}}
  {{- $conditions := list -}}
  {{- range $facts -}}
    {{- $type := index . 0 -}}
    {{- $status := index . 1 -}}
    {{- $since := $now -}}
    {{- range dig "status" "conditions" list $node -}}
      {{- if and (eq .type $type) (eq .status $status) -}}{{- $since = .lastTransitionTime -}}{{- end -}}
    {{- end -}}
    {{- $conditions = append $conditions (dict
      "type" $type
      "status" $status
      "reason" (index . 2)
      "message" (index . 3)
      "lastHeartbeatTime" $now
      "lastTransitionTime" $since
    ) -}}
  {{- end -}}
  {{- toJson (dict
    "conditions" $conditions
    "addresses" (list (dict "type" "InternalIP" "address" NodeIP) (dict "type" "Hostname" "address" .metadata.name))
    "daemonEndpoints" (dict "kubeletEndpoint" (dict "Port" NodePort))
  ) -}}
{{- end -}}
