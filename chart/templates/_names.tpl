{{/* Where this chart is among others, as values are said to it: katydid in a chart that depends on it, or its alias there; nothing by itself. */}}
{{- define "katydid.path" -}}
{{- range $index, $found := regexFindAll "/charts/[^/]+" .Template.BasePath -1 -}}
{{- if $index }}.{{ end }}{{ trimPrefix "/charts/" $found -}}
{{- end -}}
{{- end -}}

{{/*
What is wrong with the values, as a list: the root, and a sentence. A § in it stands before each path, so that whoever reads it sees the one to say: a
chart that depends on this one says katydid.helmTimeout.
*/}}
{{- define "katydid.refuse" -}}
{{- $path := include "katydid.path" (index . 0) -}}
{{- fail (replace "§" (empty $path | ternary "" (printf "%s." $path)) (index . 1)) -}}
{{- end -}}

{{/* Whose pods are whose: the release, or of a chart that depends on this one, perhaps twice, the release and the path. */}}
{{- define "katydid.instance" -}}
{{- $instance := list .Release.Name (include "katydid.path" . | replace "." "-") | compact | join "-" -}}
{{- if gt (len $instance) 63 -}}
{{- printf "%s-%s" ($instance | trunc 54) ($instance | sha256sum | trunc 8) -}}
{{- else -}}
{{- $instance -}}
{{- end -}}
{{- end -}}

{{/*
Room for `-workers-`, an index and five random characters within 63. A release may have a dot in its name, or a digit first; a Service may not.
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

{{/* Of an object, in its metadata: what it has of its own goes over what all have. dict: root, own (dict), by (how far it is indented) */}}
{{- define "katydid.annotations" -}}
{{- with mergeOverwrite (deepCopy .root.Values.commonAnnotations) (.own | default dict) -}}
{{- dict "annotations" . | toYaml | nindent ($.by | default 2 | int) -}}
{{- end -}}
{{- end -}}

{{/* Of a Service's spec; nothing where the cluster is to decide. */}}
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

{{/* Whether the master may look at the workers' Job: it is then an account of its own, since workers need no rights. */}}
{{- define "katydid.watchesJob" -}}
{{- if and .Values.rbac.create (not (include "katydid.onePod" .)) }}true{{ end -}}
{{- end -}}

{{- define "katydid.masterServiceAccount" -}}
{{- .Values.pods.master.serviceAccountName | default (printf "%s-master" (include "katydid.name" .)) -}}
{{- end -}}

{{/*
Which run workers are started for: a worker of an older revision is told to leave. Where the revision is always 1 (Argo CD), only what is hashed
makes a run new: all that says what runs.
*/}}
{{- define "katydid.runToken" -}}
{{- $said := pick .Values "loadFile" "locust" "pods" "workers" -}}
{{- $runs := dict "plan" (include "katydid.planText" .) "image" (include "katydid.image" .) "said" $said -}}
{{- $token := printf "r%d-%s" .Release.Revision ($runs | toJson | sha256sum | trunc 8) -}}
{{- list $token .Values.run.id (include "katydid.runId" .) | compact | join "-" -}}
{{- end -}}

{{/*
On a volume that outlives the release the run of a later one must not be taken for an earlier one's: there each run has the moment at which it
was rendered in its name, the same in all of its templates.
*/}}
{{- define "katydid.runId" -}}
{{- $kept := .Values.results.persistence -}}
{{- if $kept.enabled -}}
{{- if not $kept.runId }}{{ $_ := set $kept "runId" (now | date "20060102-150405") }}{{ end -}}
{{- $kept.runId -}}
{{- end -}}
{{- end -}}
