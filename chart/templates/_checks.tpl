{{/* Checks that a schema cannot express. Each message says what is wrong, where, and what is allowed. */}}
{{- define "katydid.checks" -}}
{{- $values := .Values -}}
{{- $registry := $values.registry -}}
{{- if and $values.imagePullSecrets (or $registry.server $registry.user $registry.pass) -}}
{{- include "katydid.refuse" (list $ "§registry and §imagePullSecrets are both set, use one of them: with §registry.{server,user,pass} the chart makes a pull secret, §imagePullSecrets names one that exists") -}}
{{- end -}}
{{- if and (or $registry.server $registry.user $registry.pass) (not (and $registry.server $registry.user $registry.pass)) -}}
{{- include "katydid.refuse" (list $ "§registry is not complete: set §registry.server, §registry.user and §registry.pass") -}}
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
{{- include "katydid.refuse" (list $ "§networkPolicy.egress.enabled is true, but §networkPolicy.enabled is false: set both to true, or both to false") -}}
{{- end -}}
{{- if and $egress.enabled (not $egress.to) (or $values.load.host (not $values.demoTarget.enabled)) -}}
{{- include "katydid.refuse" (list $ "§networkPolicy.egress allows no connection to the target: add the target to §networkPolicy.egress.to, as a rule of a NetworkPolicy ({ to: [{ ipBlock: { cidr: 10.0.0.0/16 } }], ports: [{ port: 443 }] })") -}}
{{- end -}}
{{- $service := $values.service -}}
{{- if and (eq ($service.ipFamilyPolicy | default "") "SingleStack") (gt (len ($service.ipFamilies | default list)) 1) -}}
{{- include "katydid.refuse" (list $ "§service.ipFamilyPolicy is SingleStack, but §service.ipFamilies names two families: set PreferDualStack or RequireDualStack, or name one family") -}}
{{- end -}}
{{- if not (gt (include "katydid.seconds" $values.metrics.otel.interval | float64) 0.0) -}}
{{- include "katydid.refuse" (list $ "§metrics.otel.interval is 0: set the time between two pushes, more than 0 (default 10s)") -}}
{{- end -}}
{{- if not (gt (include "katydid.seconds" $values.jobTtl | float64) 0.0) -}}
{{- include "katydid.refuse" (list $ "§jobTtl is 0: set a longer time (default 1h). To Helm 3, a Job that no longer exists is one that succeeded") -}}
{{- end -}}
{{- if lt (include "katydid.seconds" $values.results.checkpoint | float64) 1.0 -}}
{{- include "katydid.refuse" (list $ (printf "§results.checkpoint is %v: set 1s or more (default 1m)" $values.results.checkpoint)) -}}
{{- end -}}
{{- range $role, $settings := $values.pods -}}
{{- range list "name" "instance" "component" -}}
{{- if hasKey ($settings.labels | default dict) (printf "app.kubernetes.io/%s" .) -}}
{{- include "katydid.refuse" (list $ (printf "§pods.%s.labels has app.kubernetes.io/%s, which the chart uses to find its pods: use another label" $role .)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := $values.commonLabels -}}
{{- if regexMatch "^(helm\\.sh/.*|app\\.kubernetes\\.io/(name|instance|component|version|managed-by))$" $key -}}
{{- include "katydid.refuse" (list $ (printf "§commonLabels has %s, which the chart sets itself: use another label" $key)) -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := $values.commonAnnotations -}}
{{- if regexMatch "^(helm\\.sh/|argocd\\.argoproj\\.io/hook)" $key -}}
{{- include "katydid.refuse" (list $ (printf "§commonAnnotations has %s, which would change how Helm or Argo CD treats every object: remove it" $key)) -}}
{{- end -}}
{{- end -}}
{{- if and $values.schedule.cron (not (include "katydid.scheduled" .)) -}}
{{- include "katydid.refuse" (list $ (printf "§schedule.cron is set, but §mode is %v: set §mode to schedule, or remove §schedule.cron" $values.mode)) -}}
{{- end -}}
{{- if include "katydid.continuous" . -}}
{{- include "katydid.continuousChecks" . -}}
{{- else if include "katydid.scheduled" . -}}
{{- include "katydid.scheduleChecks" . -}}
{{- else -}}
{{- $run := include "katydid.runSeconds" . | float64 -}}
{{- if gt $run (include "katydid.seconds" $values.helmTimeout | float64) -}}
{{- $fits := include "katydid.span" $run -}}
{{- include "katydid.refuse" (list $ (printf "the run can take %s (§workers.maxWait + §load.profile + §load.stopTimeout + §load.setupTimeout and §load.teardownTimeout if set + 30s), longer than §helmTimeout %s. Tell both Helm and the chart, and keep your -f and --set: helm upgrade --install %s CHART --namespace %s --wait --timeout %s --set §helmTimeout=%s" $fits (toString $values.helmTimeout) .Release.Name .Release.Namespace $fits $fits)) -}}
{{- end -}}
{{- end -}}
{{- if not (include "katydid.onePod" .) -}}
{{- range $values.pods.workers.extraArgs -}}
{{- if regexMatch "^--processes(=|$)" . -}}
{{- include "katydid.refuse" (list $ "§pods.workers.extraArgs has --processes, which the master would not know: set §workers.processes instead") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $values.workers.engine "locust" -}}
{{- if not (and $values.locust.image $values.locust.configMap) -}}
{{- include "katydid.refuse" (list $ "§workers.engine is locust: set §locust.image and §locust.configMap (the ConfigMap with the locustfile)") -}}
{{- end -}}
{{- if gt (include "katydid.workerProcesses" . | int64) 1 -}}
{{- include "katydid.refuse" (list $ "§workers.processes is more than 1, but a pod has only one Locust worker: set more workers (§workers.count, §workers.usersPerWorker)") -}}
{{- end -}}
{{- if $values.pods.workers.extraArgs -}}
{{- include "katydid.refuse" (list $ "§pods.workers.extraArgs is for katydid workers: with §workers.engine locust, set §locust.extraArgs") -}}
{{- end -}}
{{- if ($values.load.guard).maxRps -}}
{{- include "katydid.refuse" (list $ "§load.guard.maxRps needs katydid workers, but §workers.engine is locust: remove one of the two") -}}
{{- end -}}
{{- if and $values.locust.userClasses (or $values.loadFile.content $values.loadFile.configMaps) -}}
{{- include "katydid.refuse" (list $ "§locust.userClasses and §loadFile are both set: name the classes, or use a load file that has them") -}}
{{- end -}}
{{- if eq (($values.load.profile).kind | default "constant") "arrivals" -}}
{{- include "katydid.refuse" (list $ "§load.profile.kind arrivals needs katydid workers, but §workers.engine is locust: use another kind, or katydid workers") -}}
{{- end -}}
{{- end -}}
{{- end -}}
