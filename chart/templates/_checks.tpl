{{/* What a schema cannot say. Each sentence: what is wrong, where, what is allowed. */}}
{{- define "katydid.checks" -}}
{{- $values := .Values -}}
{{- $registry := $values.registry -}}
{{- if and $values.imagePullSecrets (or $registry.server $registry.user $registry.pass) -}}
{{- fail "registry and imagePullSecrets are both said: use registry.{server,user,pass} to have a pull secret made, or imagePullSecrets to name one that exists" -}}
{{- end -}}
{{- if and (or $registry.server $registry.user $registry.pass) (not (and $registry.server $registry.user $registry.pass)) -}}
{{- fail "registry needs server, user and pass, all three" -}}
{{- end -}}
{{- if gt (len $values.loadFile.content) 460800 -}}
{{- fail (printf "loadFile.content has %d KiB, more than 450: put the load file into an image (image.repository, load.file), into ConfigMaps of your own (loadFile.configMaps), or on a volume (pods.master.volumes)" (div (len $values.loadFile.content) 1024)) -}}
{{- end -}}
{{- if and (not $values.loadFile.content) (not $values.load.file) -}}
{{- fail "there is no load file: say load.file (a path in the image) or --set-file loadFile.content=shop.js" -}}
{{- end -}}
{{- include "katydid.credentialChecks" . -}}
{{- include "katydid.hostChecks" . -}}
{{- $service := $values.service -}}
{{- if and (eq ($service.ipFamilyPolicy | default "") "SingleStack") (gt (len ($service.ipFamilies | default list)) 1) -}}
{{- fail "service.ipFamilyPolicy is SingleStack, and service.ipFamilies names two: say PreferDualStack or RequireDualStack, or one family" -}}
{{- end -}}
{{- if not (gt (include "katydid.seconds" $values.jobTtl | float64) 0.0) -}}
{{- fail "jobTtl is 0: Helm 3 takes a Job that is gone for one that succeeded, so let it be longer (1h when left out)" -}}
{{- end -}}
{{- if lt (include "katydid.seconds" $values.results.checkpoint | float64) 1.0 -}}
{{- fail (printf "results.checkpoint is %v: say 1s or more (1m when left out)" $values.results.checkpoint) -}}
{{- end -}}
{{- range $role, $settings := $values.pods -}}
{{- range list "name" "instance" "component" -}}
{{- if hasKey ($settings.labels | default dict) (printf "app.kubernetes.io/%s" .) -}}
{{- fail (printf "pods.%s.labels has app.kubernetes.io/%s, by which the chart finds its pods: use another label" $role .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.schedule.cron (not (include "katydid.scheduled" .)) -}}
{{- fail (printf "schedule.cron is said, and mode is %v: say mode: schedule, or leave schedule out" $values.mode) -}}
{{- end -}}
{{- if include "katydid.continuous" . -}}
{{- include "katydid.continuousChecks" . -}}
{{- else if include "katydid.scheduled" . -}}
{{- include "katydid.scheduleChecks" . -}}
{{- else -}}
{{- $run := include "katydid.runSeconds" . | float64 -}}
{{- if gt $run (include "katydid.seconds" $values.helmTimeout | float64) -}}
{{- $fits := include "katydid.span" $run -}}
{{- fail (printf "the run may take %s (workers.maxWait + load.profile + load.stopTimeout + 30s), longer than helmTimeout %s. Say so to Helm and to the chart: helm upgrade --install %s CHART --namespace %s --reset-then-reuse-values --wait --timeout %s --set helmTimeout=%s" $fits (toString $values.helmTimeout) .Release.Name .Release.Namespace $fits $fits) -}}
{{- end -}}
{{- end -}}
{{- if eq $values.workers.engine "locust" -}}
{{- if not (and $values.locust.image $values.locust.configMap) -}}
{{- fail "workers.engine is locust: say locust.image and locust.configMap (the ConfigMap with the locustfile)" -}}
{{- end -}}
{{- if $values.pods.workers.extraArgs -}}
{{- fail "pods.workers.extraArgs are for katydid workers: with workers.engine locust say locust.extraArgs" -}}
{{- end -}}
{{- if ($values.load.guard).maxRps -}}
{{- fail "load.guard.maxRps needs katydid workers: Locust's do not keep it" -}}
{{- end -}}
{{- if and $values.locust.userClasses (or $values.loadFile.content $values.loadFile.configMaps) -}}
{{- fail "locust.userClasses and loadFile are both said: name the classes, or bring a load file that has them" -}}
{{- end -}}
{{- if eq (($values.load.profile).kind | default "constant") "arrivals" -}}
{{- fail "load.profile.kind arrivals needs katydid workers: Locust's know only users" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "katydid.continuousChecks" -}}
{{- $load := .Values.load -}}
{{- if not ($load.guard).maxRps -}}
{{- fail "mode continuous needs load.guard.maxRps (for example 5/s): nobody watches such a load, so it must have a limit" -}}
{{- end -}}
{{- if include "katydid.profileSeconds" . -}}
{{- fail "mode continuous has no end: leave load.profile.runTime out, and take one of the kinds constant, bursts, arrivals (with a rate) or shape" -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- fail "mode continuous is one katydid pod: workers.engine locust is for runs" -}}
{{- end -}}
{{- if .Values.disruptionBudget.enabled -}}
{{- fail "mode continuous has no end, and so no node could be drained: leave disruptionBudget.enabled out; its pod begins anew elsewhere" -}}
{{- end -}}
{{- if or .Values.results.persistence.enabled .Values.results.upload.existingSecret -}}
{{- fail "mode continuous has no end and so no result: leave results.persistence and results.upload out" -}}
{{- end -}}
{{- if gt (.Values.workers.count | default 1 | int64) 1 -}}
{{- fail "mode continuous is one pod: leave workers.count out" -}}
{{- end -}}
{{- end -}}

{{- define "katydid.scheduleChecks" -}}
{{- if not .Values.schedule.cron -}}
{{- fail "mode schedule needs schedule.cron: minute, hour, day of the month, month, day of the week (for example \"0 * * * *\": every hour)" -}}
{{- end -}}
{{- with .Values.schedule.startingDeadline -}}
{{- if lt (include "katydid.seconds" . | float64) 10.0 -}}
{{- fail (printf "schedule.startingDeadline is %v: the cluster looks at its clock every ten seconds, so say more (5m when left out)" .) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.workers.engine "locust" -}}
{{- fail "mode schedule is one katydid pod: workers.engine locust is for runs" -}}
{{- end -}}
{{- $workers := include "katydid.workerCount" . | int64 -}}
{{- if gt $workers 256 -}}
{{- fail (printf "mode schedule is one pod, with a process for each worker: workers.count is %d, and 256 is the most" $workers) -}}
{{- end -}}
{{- $_ := include "katydid.runSeconds" . -}}
{{- end -}}

{{/*
Against a values file that was taken for another: not against whoever means it. Classes' static hosts and whole URLs in a load file, a redirect, and
what a Secret has, are not seen here.
*/}}
{{- define "katydid.hostChecks" -}}
{{- $values := .Values -}}
{{- with $values.allowedHosts -}}
{{- $host := $values.load.host -}}
{{- range . -}}
{{- /* whatever it is for, it is optional here: only what is no expression does not match */ -}}
{{- if not (regexMatch (printf "^(?:%s)?$" .) "") -}}
{{- fail (printf "allowedHosts has %q, which is no regular expression: .* is any text, and \\. a dot" .) -}}
{{- end -}}
{{- end -}}
{{- range $role := list "all" "master" "workers" -}}
{{- range ((index $values.pods $role) | default dict).extraEnv -}}
{{- if eq .name "KATYDID_HOST" -}}
{{- fail (printf "pods.%s.extraEnv has KATYDID_HOST, which goes before load.host and is not compared with allowedHosts: say load.host" $role) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $host -}}
{{- $name := (urlParse $host).hostname -}}
{{- $allowed := false -}}
{{- range . -}}
{{- if regexMatch (printf "^(?i:%s)$" .) $name }}{{ $allowed = true }}{{ end -}}
{{- end -}}
{{- if not $allowed -}}
{{- fail (printf "load.host is %s, and allowedHosts allows no host %q: it allows %s" $host $name (join ", " .)) -}}
{{- end -}}
{{- else if not $values.demoTarget.enabled -}}
{{- fail "load.host is left out, and so cannot be compared with allowedHosts: say it" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The plan is in a ConfigMap, which people may read who may not read a Secret. The runner takes these from its environment, too. */}}
{{- define "katydid.credentialChecks" -}}
{{- $login := "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@" -}}
{{- $load := .Values.load -}}
{{- range $path, $said := dict "host" $load.host "http.proxy" ($load.http).proxy -}}
{{- if regexMatch $login (toString $said) -}}
{{- $variable := printf "KATYDID_%s" (upper $path | replace "." "_") -}}
{{- fail (printf "load.%s has a name or a password in it, and would stand in a ConfigMap: leave it out, put the whole URL into a Secret as %s, and name the Secret in pods.all.extraEnvFrom" $path $variable) -}}
{{- end -}}
{{- end -}}
{{- range $name, $said := $load.params -}}
{{- if regexMatch $login (toString $said) -}}
{{- fail (printf "load.params.%s has a name or a password in it, and would stand in a ConfigMap: declare it in the load file as a secret, which is taken from the environment (pods.all.extraEnvFrom)" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
