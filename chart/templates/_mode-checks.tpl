{{/* Checks for the modes that Helm does not wait for: continuous and schedule. */}}
{{- define "katydid.continuousChecks" -}}
{{- $load := .Values.load -}}
{{- if not ($load.guard).maxRps -}}
{{- include "katydid.refuse" (list $ "mode continuous needs §load.guard.maxRps (for example 5/s): nobody watches such a load, so it needs a limit") -}}
{{- end -}}
{{- if include "katydid.profileSeconds" . -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end: remove §load.profile.runTime, and use one of the kinds constant, bursts, arrivals (with a rate) or shape") -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- include "katydid.refuse" (list $ "mode continuous is one katydid pod: use §workers.engine locust only with mode run") -}}
{{- end -}}
{{- if .Values.disruptionBudget.enabled -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end, so its node could never be drained: remove §disruptionBudget.enabled. Its pod starts again on another node") -}}
{{- end -}}
{{- if or .Values.results.persistence.enabled .Values.results.upload.existingSecret -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end, so it has no result: remove §results.persistence and §results.upload") -}}
{{- end -}}
{{- if .Values.notify.webhook.existingSecret -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end, so it never calls a webhook: remove §notify, and use an alert on /metrics instead") -}}
{{- end -}}
{{- range $key := list "count" "processes" -}}
{{- if gt (index $.Values.workers $key | default 1 | int64) 1 -}}
{{- include "katydid.refuse" (list $ (printf "mode continuous is one pod with one worker: remove §workers.%s" $key)) -}}
{{- end -}}
{{- end -}}
{{- if .Values.workers.usersPerWorker -}}
{{- $needed := include "katydid.neededWorkers" . | int64 -}}
{{- if gt $needed 1 -}}
{{- include "katydid.refuse" (list $ (printf "mode continuous is one pod with one worker, but §workers.usersPerWorker %v needs %d workers: remove it, or set fewer users" .Values.workers.usersPerWorker $needed)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "katydid.scheduleChecks" -}}
{{- if not .Values.schedule.cron -}}
{{- include "katydid.refuse" (list $ "mode schedule needs §schedule.cron: minute, hour, day of the month, month, day of the week (for example \"0 * * * *\": every hour)") -}}
{{- end -}}
{{- with .Values.schedule.startingDeadline -}}
{{- if lt (include "katydid.seconds" . | float64) 10.0 -}}
{{- include "katydid.refuse" (list $ (printf "§schedule.startingDeadline is %v: set 10s or more (default 5m). The cluster checks schedules only every 10 seconds" .)) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- include "katydid.refuse" (list $ "mode schedule is one katydid pod: use §workers.engine locust only with mode run") -}}
{{- end -}}
{{- $workers := include "katydid.workerCount" . | int64 -}}
{{- if gt $workers 256 -}}
{{- include "katydid.refuse" (list $ (printf "mode schedule is one pod with a process for each worker: %d workers are too many, at most 256 are allowed (§workers.count, §workers.usersPerWorker)" $workers)) -}}
{{- end -}}
{{- $_ := include "katydid.runSeconds" . -}}
{{- end -}}
