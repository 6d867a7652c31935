{{/* The volume for the result files. */}}
{{- define "katydid.resultsVolume" -}}
name: results
{{- if .Values.results.persistence.enabled }}
persistentVolumeClaim:
  claimName: {{ .Values.results.persistence.existingClaim | default (printf "%s-results" (include "katydid.name" .)) | quote }}
{{- else }}
emptyDir: {}
{{- end }}
{{- end -}}

{{/* Environment for the upload, the webhook and OpenTelemetry. */}}
{{- define "katydid.tellEnv" -}}
{{- concat (include "katydid.uploadEnv" . | fromYamlArray) (include "katydid.notifyEnv" . | fromYamlArray) (include "katydid.otelEnv" . | fromYamlArray) | toYaml -}}
{{- end -}}

{{- define "katydid.uploadEnv" -}}
{{- with .Values.results.upload -}}
{{- if .existingSecret -}}
{{- include "katydid.secretEnv" (dict "name" "KATYDID_UPLOAD_URL" "secret" .existingSecret "key" .key) -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Environment for the webhook. */}}
{{- define "katydid.notifyEnv" -}}
{{- $notify := .Values.notify -}}
{{- with $notify.webhook -}}
{{- if .existingSecret -}}
{{ include "katydid.secretEnv" (dict "name" "KATYDID_NOTIFY_URL" "secret" .existingSecret "key" .key) }}
- name: KATYDID_NOTIFY_OUTCOMES
  value: {{ join "," $notify.outcomes | quote }}
- name: KATYDID_NOTIFY_RELEASE
  value: {{ include "katydid.instance" $ | quote }}
- name: KATYDID_NOTIFY_NAMESPACE
  value: {{ $.Release.Namespace | quote }}
{{- with $notify.link }}
- name: KATYDID_NOTIFY_LINK
  value: {{ . | quote }}
{{- end }}
{{- else -}}
[]
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "katydid.otelEnv" -}}
{{- with .Values.metrics.otel -}}
{{- if .endpoint -}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .protocol | quote }}
- name: OTEL_METRIC_EXPORT_INTERVAL
  value: {{ mulf (include "katydid.seconds" .interval | float64) 1000.0 | ceil | int64 | quote }}
# OTEL_RESOURCE_ATTRIBUTES in pods.master.extraEnv is added to these
- name: KATYDID_OTEL_ATTRIBUTES
  value: {{ printf "service.namespace=%s,service.instance.id=%s" $.Release.Namespace (include "katydid.instance" $) | quote }}
{{- with .headers }}
{{- if .existingSecret }}
{{ include "katydid.secretEnv" (dict "name" "OTEL_EXPORTER_OTLP_HEADERS" "secret" .existingSecret "key" .key) }}
{{- end }}
{{- end }}
{{- else -}}
[]
{{- end -}}
{{- end -}}
{{- end -}}
