{{/* Path of this chart's values in a parent chart: `katydid`, or its alias. Empty if the chart is installed by itself. */}}
{{- define "katydid.path" -}}
{{- range $index, $found := regexFindAll "/charts/[^/]+" .Template.BasePath -1 -}}
{{- if $index }}.{{ end }}{{ trimPrefix "/charts/" $found -}}
{{- end -}}
{{- end -}}

{{/*
Fails with a message. The argument is a list: root, message. A § in the message stands before a path of a value. In a parent chart it becomes the
name of this chart, so that the user sees the path to set: katydid.helmTimeout.
*/}}
{{- define "katydid.refuse" -}}
{{- $path := include "katydid.path" (index . 0) -}}
{{- fail (replace "§" (empty $path | ternary "" (printf "%s." $path)) (index . 1)) -}}
{{- end -}}

{{/* The value of app.kubernetes.io/instance: the release. In a parent chart, which may have this chart twice: the release and the path. */}}
{{- define "katydid.instance" -}}
{{- $instance := list .Release.Name (include "katydid.path" . | replace "." "-") | compact | join "-" -}}
{{- if gt (len $instance) 63 -}}
{{- printf "%s-%s" ($instance | trunc 54) ($instance | sha256sum | trunc 8) -}}
{{- else -}}
{{- $instance -}}
{{- end -}}
{{- end -}}

{{/*
The name of the objects. With `-workers-`, an index and five random characters it fits into 63 characters. A release name may contain a dot or begin
with a digit, but the name of a Service may not.
*/}}
{{- define "katydid.name" -}}
{{- $said := .Values.fullnameOverride -}}
{{- if not $said -}}
{{- $said = empty .Values.nameOverride | ternary (include "katydid.instance" .) (printf "%s-%s" .Release.Name .Values.nameOverride) -}}
{{- end -}}
{{- if regexMatch "^[a-z][a-z0-9-]{0,35}$" $said -}}
{{- $said -}}
{{- else -}}
{{- $letters := regexReplaceAll "^([^a-z])" (regexReplaceAll "[^a-z0-9-]" (lower $said) "-") "r$1" -}}
{{- printf "%s-%s" ($letters | trunc 27 | trimSuffix "-") ($said | sha256sum | trunc 8) -}}
{{- end -}}
{{- end -}}

{{- define "katydid.selector" -}}
app.kubernetes.io/name: katydid
app.kubernetes.io/instance: {{ include "katydid.instance" . | quote }}
{{- end -}}

{{- define "katydid.labels" -}}
{{ include "katydid.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end -}}
{{- end -}}

{{/* Annotations of an object: its own override the common ones. dict: root, own (dict), by (indent) */}}
{{- define "katydid.annotations" -}}
{{- with mergeOverwrite (deepCopy .root.Values.commonAnnotations) (.own | default dict) -}}
{{- dict "annotations" . | toYaml | nindent ($.by | default 2 | int) -}}
{{- end -}}
{{- end -}}

{{/* IP families in the spec of a Service; empty if the cluster decides. */}}
{{- define "katydid.families" -}}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "katydid.image" -}}
{{- $image := .Values.image -}}
{{- $path := list $image.registry $image.repository | compact | join "/" -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $path $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "katydid.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "katydid.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Whether the master may read the workers' Job. It then has its own service account, because workers need no rights. */}}
{{- define "katydid.watchesJob" -}}
{{- if and .Values.rbac.create (not (include "katydid.onePod" .)) }}true{{ end -}}
{{- end -}}

{{- define "katydid.masterServiceAccount" -}}
{{- .Values.pods.master.serviceAccountName | default (printf "%s-master" (include "katydid.name" .)) -}}
{{- end -}}

{{/*
The run that workers belong to. The master rejects a worker of an older revision. Under Argo CD the revision is always 1, so the hash makes a run new.
It covers everything that decides what runs.
*/}}
{{- define "katydid.runToken" -}}
{{- $said := pick .Values "loadFile" "locust" "pods" "workers" -}}
{{- $runs := dict "plan" (include "katydid.planText" .) "image" (include "katydid.image" .) "said" $said -}}
{{- $token := printf "r%d-%s" .Release.Revision ($runs | toJson | sha256sum | trunc 8) -}}
{{- list $token .Values.run.id (include "katydid.runId" .) | compact | join "-" -}}
{{- end -}}

{{/*
A volume may outlive the release, so a later run must not look like an earlier one. With a volume, the time of rendering is in the name of the run. It
is the same in all templates.
*/}}
{{- define "katydid.runId" -}}
{{- $kept := .Values.results.persistence -}}
{{- if $kept.enabled -}}
{{- if not $kept.runId }}{{ $_ := set $kept "runId" (now | date "20060102-150405") }}{{ end -}}
{{- $kept.runId -}}
{{- end -}}
{{- end -}}
