{{/* Room for `-workers-`, an index and five random characters within 63. */}}
{{- define "katydid.name" -}}
{{- if le (len .Release.Name) 36 -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" (.Release.Name | trunc 27 | trimSuffix "-") (.Release.Name | sha256sum | trunc 8) -}}
{{- end -}}
{{- end -}}

{{- define "katydid.selector" -}}
app.kubernetes.io/name: katydid
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "katydid.labels" -}}
{{ include "katydid.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
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
