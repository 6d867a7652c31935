{{/*
The affinity of a role's pods: the values' own terms plus those of the chart. All required terms hold, and preferred terms add up, so no term replaces
another. dict: root, role, affinity (dict)
*/}}
{{- define "katydid.affinity" -}}
{{- $placement := .root.Values.placement -}}
{{- $required := list -}}
{{- $preferred := list -}}
{{- $onePod := not (empty (include "katydid.onePod" .root)) -}}
{{- $others := get (dict "master" "workers" "workers" "master") .role -}}
{{- if and $placement.masterApart $others (not $onePod) -}}
{{- $term := include "katydid.awayFrom" (dict "root" .root "role" $others) | fromYaml -}}
{{- $preferred = append $preferred (dict "weight" 50 "podAffinityTerm" $term) -}}
{{- end -}}
{{- if and (eq .role "workers") (eq $placement.spread "hard") -}}
{{- $required = append $required (include "katydid.awayFrom" (dict "root" .root "role" "workers") | fromYaml) -}}
{{- end -}}
{{- if and $placement.avoidPodLabels (eq .role (ternary "master" "workers" $onePod)) -}}
{{- /* the target is usually in another namespace */ -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "namespaceSelector" dict "labelSelector" (dict "matchLabels" $placement.avoidPodLabels) -}}
{{- if eq $placement.avoid "hard" -}}
{{- $required = append $required $term -}}
{{- else -}}
{{- $preferred = append $preferred (dict "weight" 100 "podAffinityTerm" $term) -}}
{{- end -}}
{{- end -}}
{{- $affinity := deepCopy (.affinity | default dict) -}}
{{- $apart := $affinity.podAntiAffinity | default dict -}}
{{- range $key, $terms := dict "requiredDuringSchedulingIgnoredDuringExecution" $required "preferredDuringSchedulingIgnoredDuringExecution" $preferred -}}
{{- with concat (get $apart $key | default list) $terms }}{{ $_ := set $apart $key . }}{{ end -}}
{{- end -}}
{{- with $apart }}{{ $_ := set $affinity "podAntiAffinity" . }}{{ end -}}
{{- toYaml $affinity -}}
{{- end -}}

{{/* A term against nodes with the release's pods of a role. dict: root, role */}}
{{- define "katydid.awayFrom" -}}
topologyKey: kubernetes.io/hostname
labelSelector:
  matchLabels:
    {{- include "katydid.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
{{- end -}}
