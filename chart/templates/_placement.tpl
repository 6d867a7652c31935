{{/*
The affinity of a role's pods: what was said of it, and the chart's own terms besides. Terms that are required all hold, and those that are
preferred add up, so that neither takes the other's place. dict: root, role, affinity (dict)
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
{{- /* what is loaded is mostly in another namespace */ -}}
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

{{/* Not on a node with the release's pods of a role. dict: root, role */}}
{{- define "katydid.awayFrom" -}}
topologyKey: kubernetes.io/hostname
labelSelector:
  matchLabels:
    {{- include "katydid.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
{{- end -}}
