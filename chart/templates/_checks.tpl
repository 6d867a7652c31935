{{/* What a schema cannot say. Each sentence: what is wrong, where, what is allowed. */}}
{{- define "katydid.checks" -}}
{{- $values := .Values -}}
{{- $registry := $values.registry -}}
{{- if and $values.imagePullSecrets (or $registry.server $registry.user $registry.pass) -}}
{{- include "katydid.refuse" (list $ "§registry and §imagePullSecrets are both said: use §registry.{server,user,pass} to have a pull secret made, or §imagePullSecrets to name one that exists") -}}
{{- end -}}
{{- if and (or $registry.server $registry.user $registry.pass) (not (and $registry.server $registry.user $registry.pass)) -}}
{{- include "katydid.refuse" (list $ "§registry needs server, user and pass, all three") -}}
{{- end -}}
{{- include "katydid.imageChecks" . -}}
{{- include "katydid.numberChecks" (list . "load" .Values.load) -}}
{{- include "katydid.numberChecks" (list . "extraObjects" .Values.extraObjects) -}}
{{- include "katydid.loadFileChecks" . -}}
{{- include "katydid.credentialChecks" . -}}
{{- include "katydid.planChecks" . -}}
{{- include "katydid.hostChecks" . -}}
{{- $egress := $values.networkPolicy.egress -}}
{{- if and $egress.enabled (not $values.networkPolicy.enabled) -}}
{{- include "katydid.refuse" (list $ "§networkPolicy.egress.enabled is true, and §networkPolicy.enabled is false: say both, or leave egress out") -}}
{{- end -}}
{{- if and $egress.enabled (not $egress.to) (or $values.load.host (not $values.demoTarget.enabled)) -}}
{{- include "katydid.refuse" (list $ "§networkPolicy.egress lets nobody reach the target: say in §networkPolicy.egress.to where it is, as a rule of a NetworkPolicy ({ to: [{ ipBlock: { cidr: 10.0.0.0/16 } }], ports: [{ port: 443 }] })") -}}
{{- end -}}
{{- $service := $values.service -}}
{{- if and (eq ($service.ipFamilyPolicy | default "") "SingleStack") (gt (len ($service.ipFamilies | default list)) 1) -}}
{{- include "katydid.refuse" (list $ "§service.ipFamilyPolicy is SingleStack, and §service.ipFamilies names two: say PreferDualStack or RequireDualStack, or one family") -}}
{{- end -}}
{{- if not (gt (include "katydid.seconds" $values.metrics.otel.interval | float64) 0.0) -}}
{{- include "katydid.refuse" (list $ "§metrics.otel.interval is 0: say how long there is between two pushes (10s when left out)") -}}
{{- end -}}
{{- if not (gt (include "katydid.seconds" $values.jobTtl | float64) 0.0) -}}
{{- include "katydid.refuse" (list $ "§jobTtl is 0: Helm 3 takes a Job that is gone for one that succeeded, so let it be longer (1h when left out)") -}}
{{- end -}}
{{- if lt (include "katydid.seconds" $values.results.checkpoint | float64) 1.0 -}}
{{- include "katydid.refuse" (list $ (printf "§results.checkpoint is %v: say 1s or more (1m when left out)" $values.results.checkpoint)) -}}
{{- end -}}
{{- range $role, $settings := $values.pods -}}
{{- range list "name" "instance" "component" -}}
{{- if hasKey ($settings.labels | default dict) (printf "app.kubernetes.io/%s" .) -}}
{{- include "katydid.refuse" (list $ (printf "§pods.%s.labels has app.kubernetes.io/%s, by which the chart finds its pods: use another label" $role .)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := $values.commonLabels -}}
{{- if regexMatch "^(helm\\.sh/.*|app\\.kubernetes\\.io/(name|instance|component|version|managed-by))$" $key -}}
{{- include "katydid.refuse" (list $ (printf "§commonLabels has %s, which the chart says itself: use another label" $key)) -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := $values.commonAnnotations -}}
{{- if regexMatch "^(helm\\.sh/|argocd\\.argoproj\\.io/hook)" $key -}}
{{- include "katydid.refuse" (list $ (printf "§commonAnnotations has %s, which would make all objects hooks, or none: leave it out" $key)) -}}
{{- end -}}
{{- end -}}
{{- if and $values.schedule.cron (not (include "katydid.scheduled" .)) -}}
{{- include "katydid.refuse" (list $ (printf "§schedule.cron is said, and §mode is %v: say §mode: schedule, or leave §schedule out" $values.mode)) -}}
{{- end -}}
{{- if include "katydid.continuous" . -}}
{{- include "katydid.continuousChecks" . -}}
{{- else if include "katydid.scheduled" . -}}
{{- include "katydid.scheduleChecks" . -}}
{{- else -}}
{{- $run := include "katydid.runSeconds" . | float64 -}}
{{- if gt $run (include "katydid.seconds" $values.helmTimeout | float64) -}}
{{- $fits := include "katydid.span" $run -}}
{{- include "katydid.refuse" (list $ (printf "the run may take %s (§workers.maxWait + §load.profile + §load.stopTimeout + §load.setupTimeout and §load.teardownTimeout where said + 30s), longer than §helmTimeout %s. Say so to Helm and to the chart, besides your -f and --set: helm upgrade --install %s CHART --namespace %s --wait --timeout %s --set §helmTimeout=%s" $fits (toString $values.helmTimeout) .Release.Name .Release.Namespace $fits $fits)) -}}
{{- end -}}
{{- end -}}
{{- if not (include "katydid.onePod" .) -}}
{{- range $values.pods.workers.extraArgs -}}
{{- if regexMatch "^--processes(=|$)" . -}}
{{- include "katydid.refuse" (list $ "§pods.workers.extraArgs has --processes, of which the master would know nothing: say §workers.processes") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $values.workers.engine "locust" -}}
{{- if not (and $values.locust.image $values.locust.configMap) -}}
{{- include "katydid.refuse" (list $ "§workers.engine is locust: say §locust.image and §locust.configMap (the ConfigMap with the locustfile)") -}}
{{- end -}}
{{- if gt (include "katydid.workerProcesses" . | int64) 1 -}}
{{- include "katydid.refuse" (list $ "§workers.processes needs katydid workers: Locust's are one to a pod; say more of them (§workers.count, §workers.usersPerWorker)") -}}
{{- end -}}
{{- if $values.pods.workers.extraArgs -}}
{{- include "katydid.refuse" (list $ "§pods.workers.extraArgs are for katydid workers: with §workers.engine locust say §locust.extraArgs") -}}
{{- end -}}
{{- if ($values.load.guard).maxRps -}}
{{- include "katydid.refuse" (list $ "§load.guard.maxRps needs katydid workers: Locust's do not keep it") -}}
{{- end -}}
{{- if and $values.locust.userClasses (or $values.loadFile.content $values.loadFile.configMaps) -}}
{{- include "katydid.refuse" (list $ "§locust.userClasses and §loadFile are both said: name the classes, or bring a load file that has them") -}}
{{- end -}}
{{- if eq (($values.load.profile).kind | default "constant") "arrivals" -}}
{{- include "katydid.refuse" (list $ "§load.profile.kind arrivals needs katydid workers: Locust's know only users") -}}
{{- end -}}
{{- end -}}
{{- end -}}
