{{/* Volumes and mounts of the pod that runs the plan: plan, load file, results. */}}
{{- define "katydid.runFolders" -}}
{{- $name := include "katydid.name" . -}}
{{- $sources := list -}}
{{- if or .Values.loadFile.content (include "katydid.locustClasses" .) -}}
{{- $sources = append $sources (dict "configMap" (dict "name" (printf "%s-load" $name))) -}}
{{- end -}}
{{- range .Values.loadFile.configMaps -}}
{{- $sources = append $sources (dict "configMap" (kindIs "string" . | ternary (dict "name" .) .)) -}}
{{- end -}}
{{- $volumes := list (dict "name" "plan" "configMap" (dict "name" (printf "%s-plan" $name))) (include "katydid.resultsVolume" . | fromYaml) -}}
{{- $mounts := list (dict "name" "plan" "mountPath" "/etc/katydid/plan" "readOnly" true) (dict "name" "results" "mountPath" "/results") -}}
{{- if $sources -}}
{{- $volumes = append $volumes (dict "name" "load" "projected" (dict "sources" $sources)) -}}
{{- $mounts = append $mounts (dict "name" "load" "mountPath" "/etc/katydid/load" "readOnly" true) -}}
{{- end -}}
{{- dict "volumes" $volumes "mounts" $mounts | toYaml -}}
{{- end -}}

{{/* Arguments for the result files; the dot is their folder. */}}
{{- define "katydid.resultArgs" -}}
{{- list "--json" (printf "%s/result.json" .) "--csv" (printf "%s/run" .) "--junit" (printf "%s/junit.xml" .) "--html" (printf "%s/report.html" .) | toYaml -}}
{{- end -}}

{{/* The last arguments of master and run. */}}
{{- define "katydid.lastArgs" -}}
{{- $otel := empty .Values.metrics.otel.endpoint | ternary list (list "--otel") -}}
{{- concat $otel (list "--log-format" .Values.log.format "--log-level" .Values.log.level) (.Values.pods.master.extraArgs | default list) | toYaml -}}
{{- end -}}
