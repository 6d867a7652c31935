{{/* What is said of the pods of a role: pods.all, and the role's own over it. dict: root, role */}}
{{- define "katydid.podSettings" -}}
{{- $pods := .root.Values.pods -}}
{{- mergeOverwrite (deepCopy $pods.all) (deepCopy (index $pods .role)) | toYaml -}}
{{- end -}}

{{/*
A pod template. dict: root, role, container (dict), volumes (list), restartPolicy, labels (dict), annotations (dict), grace (s to end by
itself), guarded (bool: not to be disturbed by autoscalers)
*/}}
{{- define "katydid.podTemplate" -}}
{{- $set := include "katydid.podSettings" (dict "root" .root "role" .role) | fromYaml -}}
{{- $mesh := .root.Values.mesh -}}
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
{{- $_ := set $annotations "linkerd.io/inject" "disabled" -}}
{{- end -}}
{{- if .guarded -}}
{{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" "false" -}}
{{- $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" -}}
{{- end -}}
{{- $labels = mergeOverwrite $labels (.labels | default dict) ($set.labels | default dict) -}}
{{- $annotations = mergeOverwrite $annotations (.annotations | default dict) ($set.annotations | default dict) -}}
{{- $container := deepCopy .container -}}
{{- $_ := set $container "securityContext" ($set.securityContext | default (dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")))) -}}
{{- with concat ($container.env | default list) ($set.extraEnv | default list) }}{{ $_ := set $container "env" . }}{{ else }}{{ $_ := unset $container "env" }}{{ end -}}
{{- with $set.extraEnvFrom }}{{ $_ := set $container "envFrom" . }}{{ end -}}
{{- with $set.resources }}{{ $_ := set $container "resources" . }}{{ end -}}
{{- $_ := set $container "volumeMounts" (concat (list (dict "name" "tmp" "mountPath" "/tmp")) ($container.volumeMounts | default list) ($set.volumeMounts | default list)) -}}
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
  serviceAccountName: {{ include "katydid.serviceAccount" .root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with include "katydid.pullSecrets" .root }}
  imagePullSecrets:
    {{- . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml ($set.podSecurityContext | default (dict "runAsNonRoot" true "runAsUser" 1000 "runAsGroup" 1000 "fsGroup" 1000 "seccompProfile" (dict "type" "RuntimeDefault"))) | nindent 4 }}
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
  {{- else }}
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
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - {{- toYaml $container | nindent 6 }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- with concat (.volumes | default list) ($set.volumes | default list) }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "katydid.pullSecrets" -}}
{{- if .Values.registry.server -}}
- name: {{ include "katydid.name" . }}-pull
{{- else if .Values.imagePullSecrets -}}
{{- range .Values.imagePullSecrets }}
- name: {{ . }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether master and workers share a key: a Locust worker has none, and one pod needs none. */}}
{{- define "katydid.keyed" -}}
{{- if and .Values.clusterKey.enabled (ne .Values.workers.engine "locust") (not (include "katydid.continuous" .)) }}true{{ end -}}
{{- end -}}

{{- define "katydid.keyEnv" -}}
{{- if include "katydid.keyed" . -}}
- name: KATYDID_CLUSTER_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.clusterKey.existingSecret | default (printf "%s-key" (include "katydid.name" .)) }}
      key: key
{{- else -}}
[]
{{- end -}}
{{- end -}}
