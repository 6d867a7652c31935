{{/* What goes with modes that Helm does not wait for. */}}
{{- define "katydid.continuousChecks" -}}
{{- $load := .Values.load -}}
{{- if not ($load.guard).maxRps -}}
{{- include "katydid.refuse" (list $ "mode continuous needs §load.guard.maxRps (for example 5/s): nobody watches such a load, so it must have a limit") -}}
{{- end -}}
{{- if include "katydid.profileSeconds" . -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end: leave §load.profile.runTime out, and take one of the kinds constant, bursts, arrivals (with a rate) or shape") -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- include "katydid.refuse" (list $ "mode continuous is one katydid pod: §workers.engine locust is for runs") -}}
{{- end -}}
{{- if .Values.disruptionBudget.enabled -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end, and so no node could be drained: leave §disruptionBudget.enabled out; its pod begins anew elsewhere") -}}
{{- end -}}
{{- if or .Values.results.persistence.enabled .Values.results.upload.existingSecret -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end and so no result: leave §results.persistence and §results.upload out") -}}
{{- end -}}
{{- if .Values.notify.webhook.existingSecret -}}
{{- include "katydid.refuse" (list $ "mode continuous has no end of which a webhook could be told: leave §notify out; an alert on /metrics tells of a target that is slow") -}}
{{- end -}}
{{- range $key := list "count" "processes" -}}
{{- if gt (index $.Values.workers $key | default 1 | int64) 1 -}}
{{- include "katydid.refuse" (list $ (printf "mode continuous is one pod with one worker: leave §workers.%s out" $key)) -}}
{{- end -}}
{{- end -}}
{{- if .Values.workers.usersPerWorker -}}
{{- $needed := include "katydid.neededWorkers" . | int64 -}}
{{- if gt $needed 1 -}}
{{- include "katydid.refuse" (list $ (printf "mode continuous is one pod with one worker, and §workers.usersPerWorker %v asks for %d: leave it out, or say fewer users" .Values.workers.usersPerWorker $needed)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "katydid.scheduleChecks" -}}
{{- if not .Values.schedule.cron -}}
{{- include "katydid.refuse" (list $ "mode schedule needs §schedule.cron: minute, hour, day of the month, month, day of the week (for example \"0 * * * *\": every hour)") -}}
{{- end -}}
{{- with .Values.schedule.startingDeadline -}}
{{- if lt (include "katydid.seconds" . | float64) 10.0 -}}
{{- include "katydid.refuse" (list $ (printf "§schedule.startingDeadline is %v: the cluster looks at its clock every ten seconds, so say more (5m when left out)" .)) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- include "katydid.refuse" (list $ "mode schedule is one katydid pod: §workers.engine locust is for runs") -}}
{{- end -}}
{{- $workers := include "katydid.workerCount" . | int64 -}}
{{- if gt $workers 256 -}}
{{- include "katydid.refuse" (list $ (printf "mode schedule is one pod, with a process for each worker: %d of them (§workers.count, or §workers.usersPerWorker), and 256 are the most" $workers)) -}}
{{- end -}}
{{- $_ := include "katydid.runSeconds" . -}}
{{- end -}}
