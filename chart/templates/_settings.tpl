{{/*
What is said of the pods of a role: pods.all, and the role's own over it. Of maps every key counts. Lists of what a pod has more of are put
together: a variable for every pod and one for the workers are two. null is as if it had not been said, by a role nor by all: what the chart itself
says counts then. dict: root, role
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

{{/* Of what has the same name only the last: Helm 4's server-side apply refuses two. dict: of (list of dicts), by (the key of the name) */}}
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

{{/* The mesh that the pods of a role join. dict: root, role */}}
{{- define "katydid.meshOf" -}}
{{- $set := include "katydid.podSettings" . | fromYaml -}}
{{- $set.mesh | default .root.Values.mesh -}}
{{- end -}}
