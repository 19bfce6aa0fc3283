{{- /* image → reference as the runtime writes it, host, path, tag or digest, unpullable */ -}}
{{- define "image" -}}
  {{- $first := splitList "/" .image | first -}}
  {{- $hosted := and (contains "/" .image) (or (contains "." $first) (contains ":" $first) (eq $first "localhost")) -}}
  {{- $host := ternary $first "docker.io" $hosted -}}
  {{- $rest := ternary (trimPrefix (print $first "/") .image) .image $hosted -}}
  {{- if and (not $hosted) (not (contains "/" $rest)) -}}{{- $rest = print "library/" $rest -}}{{- end -}}
  {{- $named := .image -}}
  {{- if not (or (contains "@" $rest) (contains ":" $rest)) -}}
    {{- $rest = print $rest ":latest" -}}
    {{- $named = print .image ":latest" -}}
  {{- end -}}
  {{- $separator := ternary "@" ":" (contains "@" $rest) -}}
  {{- $version := splitList $separator $rest | last -}}
  {{- $_ := set . "named" $named -}}
  {{- $_ := set . "reference" (print $host "/" $rest) -}}
  {{- $_ := set . "host" $host -}}
  {{- $_ := set . "path" (trimSuffix (print $separator $version) $rest) -}}
  {{- $_ := set . "version" $version -}}
  {{- $_ := set . "unpullable" (and $hosted (hasSuffix ".invalid" (splitList ":" $host | first))) -}}
{{- end -}}

{{- /* image → what the runtime says about an attempt to pull it */ -}}
{{- define "pull" -}}
  {{- template "image" . -}}
  {{- $attempt := printf "failed to pull and unpack image %q: failed to resolve reference %q: " .reference .reference -}}
  {{- if .unpullable -}}
    {{- $url := printf "https://%s/v2/%s/manifests/%s" .host .path .version -}}
    {{- $name := splitList ":" .host | first -}}
    {{- $cause := printf "failed to do request: Head %q: dial tcp: lookup %s on 127.0.0.53:53: no such host" $url $name -}}
    {{- /* A code that says nothing is left out. */ -}}
    {{- $_ := set . "pull" (print $attempt $cause) -}}
  {{- else -}}
    {{- $_ := set . "pull" (print "rpc error: code = NotFound desc = " $attempt .reference ": not found") -}}
  {{- end -}}
{{- end -}}
