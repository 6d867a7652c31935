{{/* The most users there can be at once: what workers are counted by. Nothing for a shape: only its class knows. */}}
{{- define "katydid.peakUsers" -}}
{{- $profile := (.Values.load).profile | default dict -}}
{{- $kind := $profile.kind | default "constant" -}}
{{- if eq $kind "constant" -}}
{{- $profile.users | default 1 | int64 -}}
{{- else if eq $kind "arrivals" -}}
{{- $profile.maxUsers | int64 -}}
{{- else if eq $kind "stages" -}}
{{- $peak := 0 -}}
{{- range $profile.stages -}}
{{- $peak = max $peak (.users | default 0 | int64) -}}
{{- end -}}
{{- $peak -}}
{{- else if eq $kind "spike" -}}
{{- $profile.peakUsers | int64 -}}
{{- else if eq $kind "bursts" -}}
{{- $profile.burstUsers | int64 -}}
{{- end -}}
{{- end -}}

{{/* One pod that runs a small load for ever, in place of a run that Helm waits for. */}}
{{- define "katydid.continuous" -}}
{{- if eq .Values.mode "continuous" }}true{{ end -}}
{{- end -}}

{{/* One pod that runs the whole load test by itself, again and again by the clock. */}}
{{- define "katydid.scheduled" -}}
{{- if eq .Values.mode "schedule" }}true{{ end -}}
{{- end -}}

{{/* Nothing makes load: no worker, no master that would wait for one, no verdict. */}}
{{- define "katydid.idle" -}}
{{- if not .Values.run.enabled }}true{{ end -}}
{{- end -}}

{{/* Master and workers in one pod: no hook, and nothing that Helm waits for. */}}
{{- define "katydid.onePod" -}}
{{- if or (include "katydid.continuous" .) (include "katydid.scheduled" .) }}true{{ end -}}
{{- end -}}

{{/* As many as fill their pods. */}}
{{- define "katydid.workerCount" -}}
{{- $processes := include "katydid.workerProcesses" . | int64 -}}
{{- $needed := include "katydid.neededWorkers" . | int64 -}}
{{- mul (div (add $needed $processes -1) $processes) $processes -}}
{{- end -}}

{{- define "katydid.workerPods" -}}
{{- div (include "katydid.workerCount" . | int64) (include "katydid.workerProcesses" . | int64) -}}
{{- end -}}

{{- define "katydid.workerProcesses" -}}
{{- .Values.workers.processes | default 1 | int64 -}}
{{- end -}}

{{- define "katydid.neededWorkers" -}}
{{- if and .Values.workers.count .Values.workers.usersPerWorker -}}
{{- include "katydid.refuse" (list $ (printf "§workers.count is %v and §workers.usersPerWorker is %v: set only one of them. If a values file sets the other, pass --set §workers.count=null or --set §workers.usersPerWorker=null" .Values.workers.count .Values.workers.usersPerWorker)) -}}
{{- end -}}
{{- if .Values.workers.count -}}
{{- .Values.workers.count | int64 -}}
{{- else -}}
{{- $peak := include "katydid.peakUsers" . -}}
{{- if not $peak -}}
{{- include "katydid.refuse" (list $ "§workers.count is missing: set it. The chart does not know how many users a shape has") -}}
{{- end -}}
{{- $per := .Values.workers.usersPerWorker | default 500 | int64 -}}
{{- div (add ($peak | int64) $per -1) $per -}}
{{- end -}}
{{- end -}}

{{/* Whom to load: what was said, or the demo shop. */}}
{{- define "katydid.host" -}}
{{- if .Values.load.host -}}
{{- .Values.load.host -}}
{{- else if .Values.demoTarget.enabled -}}
{{- printf "http://%s-target:8000" (include "katydid.name" .) -}}
{{- end -}}
{{- end -}}

{{- define "katydid.loadFilePath" -}}
{{- if or .Values.loadFile.content (include "katydid.locustClasses" .) -}}
/etc/katydid/load/load.js
{{- else -}}
{{- .Values.load.file -}}
{{- end -}}
{{- end -}}

{{/* The master's values file. */}}
{{- define "katydid.planText" -}}
{{- $load := deepCopy .Values.load -}}
{{- $_ := set $load "file" (include "katydid.loadFilePath" .) -}}
{{- with include "katydid.host" . }}{{ $_ := set $load "host" . }}{{ end -}}
{{- if and (include "katydid.locustClasses" .) (not $load.userClasses) }}{{ $_ := set $load "userClasses" (keys .Values.locust.userClasses | sortAlpha) }}{{ end -}}
{{- $workers := pick .Values.workers "maxWait" "onLoss" -}}
{{- $processes := include "katydid.workerProcesses" . | int64 -}}
{{- if gt $processes 1 }}{{ $_ := set $workers "processes" $processes }}{{ end -}}
{{- if not (include "katydid.continuous" .) }}{{ $_ := set $workers "count" (include "katydid.workerCount" . | int64) }}{{ end -}}
{{- dict "load" $load "workers" $workers | toYaml -}}
{{- end -}}
