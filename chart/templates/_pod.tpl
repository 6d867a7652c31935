{{/*
A pod template. dict: root, role, container (dict), volumes (list), restartPolicy, labels (dict), annotations (dict), grace (seconds), guarded (bool:
autoscalers must not evict it), serviceAccount (its token is mounted), resources (dict: default)
*/}}
{{- define "katydid.podTemplate" -}}
{{- $set := include "katydid.podSettings" (dict "root" .root "role" .role) | fromYaml -}}
{{- $mesh := $set.mesh | default .root.Values.mesh -}}
{{- $labels := dict "app.kubernetes.io/component" .role -}}
{{- $annotations := dict -}}
{{- if eq $mesh "istio" -}}
{{- $_ := set $labels "sidecar.istio.io/inject" "true" -}}
{{- $_ := set $annotations "sidecar.istio.io/nativeSidecar" "true" -}}
{{- else if eq $mesh "linkerd" -}}
{{- $_ := set $annotations "linkerd.io/inject" "enabled" -}}
{{- $_ := set $annotations "config.beta.linkerd.io/proxy-enable-native-sidecar" "true" -}}
{{- else -}}
{{- $_ := set $labels "sidecar.istio.io/inject" "false" -}}
{{- /* Istio's ambient mode can cover a whole namespace, too */ -}}
{{- $_ := set $labels "istio.io/dataplane-mode" "none" -}}
{{- $_ := set $annotations "linkerd.io/inject" "disabled" -}}
{{- end -}}
{{- if .guarded -}}
{{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" "false" -}}
{{- $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" -}}
{{- end -}}
{{- if and (eq .role "master") .root.Values.metrics.annotations -}}
{{- $_ := set $annotations "prometheus.io/scrape" "true" -}}
{{- $_ := set $annotations "prometheus.io/port" "8089" -}}
{{- $_ := set $annotations "prometheus.io/path" "/metrics" -}}
{{- end -}}
{{- $labels = mergeOverwrite (deepCopy .root.Values.commonLabels) $labels (.labels | default dict) ($set.labels | default dict) -}}
{{- $annotations = mergeOverwrite (deepCopy .root.Values.commonAnnotations) $annotations (.annotations | default dict) ($set.annotations | default dict) -}}
{{- $container := deepCopy .container -}}
{{- /* the last log lines are in the pod's status: kubectl describe and Argo CD show them */ -}}
{{- $_ := set $container "terminationMessagePolicy" "FallbackToLogsOnError" -}}
{{- /* an empty map counts as set: OpenShift chooses the user itself */ -}}
{{- $confined := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- $_ := set $container "securityContext" (hasKey $set "securityContext" | ternary $set.securityContext $confined) -}}
{{- $nobody := dict "runAsNonRoot" true "runAsUser" 1000 "runAsGroup" 1000 "fsGroup" 1000 "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- /* a cluster may have Windows nodes */ -}}
{{- $_ := set $set "nodeSelector" (mergeOverwrite (dict "kubernetes.io/os" "linux") ($set.nodeSelector | default dict)) -}}
{{- $_ := set $set "affinity" (include "katydid.affinity" (dict "root" .root "role" .role "affinity" $set.affinity) | fromYaml) -}}
{{- $env := concat ($container.env | default list) ($set.extraEnv | default list) -}}
{{- with include "katydid.lastOfEach" (dict "of" $env "by" "name") | fromYamlArray }}{{ $_ := set $container "env" . }}{{ else }}{{ $_ := unset $container "env" }}{{ end -}}
{{- with $set.extraEnvFrom }}{{ $_ := set $container "envFrom" . }}{{ end -}}
{{- /* an empty map counts as set */ -}}
{{- with hasKey $set "resources" | ternary $set.resources .resources }}{{ $_ := set $container "resources" . }}{{ end -}}
{{- with $set.livenessProbe }}{{ $_ := set $container "livenessProbe" . }}{{ end -}}
{{- with $set.readinessProbe }}{{ $_ := set $container "readinessProbe" . }}{{ end -}}
{{- with $set.startupProbe }}{{ $_ := set $container "startupProbe" . }}{{ end -}}
{{- $mounts := concat (list (dict "name" "tmp" "mountPath" "/tmp")) ($container.volumeMounts | default list) ($set.volumeMounts | default list) -}}
{{- $_ := set $container "volumeMounts" (include "katydid.lastOfEach" (dict "of" $mounts "by" "mountPath") | fromYamlArray) -}}
{{- $volumes := concat (list (dict "name" "tmp" "emptyDir" dict)) (.volumes | default list) ($set.volumes | default list) -}}
metadata:
  labels:
    {{- include "katydid.selector" .root | nindent 4 }}
    {{- toYaml $labels | nindent 4 }}
  {{- with $annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: {{ .restartPolicy }}
  serviceAccountName: {{ .serviceAccount | default $set.serviceAccountName | default (include "katydid.serviceAccount" .root) | quote }}
  automountServiceAccountToken: {{ not (empty .serviceAccount) }}
  enableServiceLinks: false
  {{- with include "katydid.pullSecrets" .root }}
  imagePullSecrets:
    {{- . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml (hasKey $set "podSecurityContext" | ternary $set.podSecurityContext $nobody) | nindent 4 }}
  terminationGracePeriodSeconds: {{ $set.terminationGracePeriodSeconds | default (.grace | default 30) }}
  {{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName" "schedulerName" "hostAliases" "dnsPolicy" "dnsConfig" }}
  {{- with index $set $key }}
  {{ $key }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- if hasKey $set "topologySpreadConstraints" }}
  {{- with $set.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- else if or (ne .role "workers") (eq .root.Values.placement.spread "soft") }}
  topologySpreadConstraints:
    - topologyKey: kubernetes.io/hostname
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "katydid.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- end }}
  {{- with concat ($set.initContainers | default list) ($set.sidecars | default list) }}
  initContainers:
    {{- include "katydid.lastOfEach" (dict "of" . "by" "name") | nindent 4 }}
  {{- end }}
  containers:
    - {{- toYaml $container | nindent 6 }}
  volumes:
    {{- include "katydid.lastOfEach" (dict "of" $volumes "by" "name") | nindent 4 }}
{{- end -}}

{{- define "katydid.pullSecrets" -}}
{{- if .Values.registry.server -}}
- name: {{ printf "%s-pull" (include "katydid.name" .) | quote }}
{{- else if .Values.imagePullSecrets -}}
{{- range .Values.imagePullSecrets }}
- name: {{ . | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether master and workers share a key. Locust workers have none, and a single pod needs none. */}}
{{- define "katydid.keyed" -}}
{{- if and .Values.clusterKey.enabled (ne .Values.workers.engine "locust") (not (include "katydid.onePod" .)) }}true{{ end -}}
{{- end -}}

{{/* An environment variable from a Secret, as a list item. dict: name, secret, key */}}
{{- define "katydid.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret | quote }}
      key: {{ .key | quote }}
{{- end -}}

{{- define "katydid.keyEnv" -}}
{{- if include "katydid.keyed" . -}}
{{- include "katydid.secretEnv" (dict "name" "KATYDID_CLUSTER_KEY" "secret" (.Values.clusterKey.existingSecret | default (printf "%s-key" (include "katydid.name" .))) "key" "key") -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/*
The real name of the pod's Job. If kustomize adds a namePrefix, the master's Service has it, too, but arguments do not have it.
*/}}
{{- define "katydid.jobEnv" -}}
name: KATYDID_JOB
valueFrom:
  fieldRef:
    fieldPath: metadata.labels['batch.kubernetes.io/job-name']
{{- end -}}
