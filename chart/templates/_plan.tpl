{{/* Peak number of users, which decides the number of workers. Empty for a shape, because only its class knows. */}}
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

{{/* Whether one pod runs a small load that never ends (mode: continuous). */}}
{{- define "katydid.continuous" -}}
{{- if eq .Values.mode "continuous" }}true{{ end -}}
{{- end -}}

{{/* Whether a CronJob runs the whole load test in one pod (mode: schedule). */}}
{{- define "katydid.scheduled" -}}
{{- if eq .Values.mode "schedule" }}true{{ end -}}
{{- end -}}

{{/* Whether there is no load: no workers, no verdict, no running master. */}}
{{- define "katydid.idle" -}}
{{- if not .Values.run.enabled }}true{{ end -}}
{{- end -}}

{{/* Whether master and workers are in one pod. Then there is no hook, and Helm does not wait. */}}
{{- define "katydid.onePod" -}}
{{- if or (include "katydid.continuous" .) (include "katydid.scheduled" .) }}true{{ end -}}
{{- end -}}

{{/* Number of workers, rounded up to fill the pods. */}}
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

{{/* The target: load.host, or the demo shop. */}}
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

{{/* The values file of the master. */}}
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
