{{/*
Settings of a role's pods: pods.all, overridden by the role. Maps are merged key by key. Lists are joined: a variable for all pods and one for workers
make two variables. null means not set, in the role and in pods.all; then the chart's own default is used. dict: root, role
*/}}
{{- define "katydid.podSettings" -}}
{{- $pods := .root.Values.pods -}}
{{- $set := dict -}}
{{- range $key, $said := $pods.all -}}
{{- if not (kindIs "invalid" $said) }}{{ $_ := set $set $key (deepCopy $said) }}{{ end -}}
{{- end -}}
{{- $more := list "extraEnv" "extraEnvFrom" "volumes" "volumeMounts" "initContainers" "sidecars" -}}
{{- range $key, $own := index $pods .role -}}
{{- $all := get $set $key -}}
{{- if kindIs "invalid" $own -}}
{{- $_ := unset $set $key -}}
{{- else if has $key $more -}}
{{- $_ := set $set $key (concat ($all | default list) $own) -}}
{{- else if and (kindIs "map" $all) (kindIs "map" $own) -}}
{{- $_ := mergeOverwrite $all (deepCopy $own) -}}
{{- else -}}
{{- $_ := set $set $key $own -}}
{{- end -}}
{{- end -}}
{{- toYaml $set -}}
{{- end -}}

{{/* Keeps the last of the items with the same name, because Helm 4's server-side apply rejects two. dict: of (list of dicts), by (key of the name) */}}
{{- define "katydid.lastOfEach" -}}
{{- $by := .by -}}
{{- $kept := list -}}
{{- $names := list -}}
{{- range reverse .of -}}
{{- $name := get . $by -}}
{{- if not (has $name $names) -}}
{{- $names = append $names $name -}}
{{- $kept = prepend $kept . -}}
{{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- end -}}

{{/* The service mesh of a role's pods. dict: root, role */}}
{{- define "katydid.meshOf" -}}
{{- $set := include "katydid.podSettings" . | fromYaml -}}
{{- $set.mesh | default .root.Values.mesh -}}
{{- end -}}
