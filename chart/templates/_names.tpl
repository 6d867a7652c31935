{{/*
Room for `-workers-`, an index and five random characters within 63. A release may have a dot in its name, or a digit first; a Service may not.
*/}}
{{- define "katydid.name" -}}
{{- if regexMatch "^[a-z][a-z0-9-]{0,35}$" .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- $letters := regexReplaceAll "^([^a-z])" (replace "." "-" .Release.Name) "r$1" -}}
{{- printf "%s-%s" ($letters | trunc 27 | trimSuffix "-") (.Release.Name | sha256sum | trunc 8) -}}
{{- end -}}
{{- end -}}

{{- define "katydid.selector" -}}
app.kubernetes.io/name: katydid
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "katydid.labels" -}}
{{ include "katydid.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
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
{{- list $token (include "katydid.runId" .) | compact | join "-" -}}
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
