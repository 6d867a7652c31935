{{/* Where the master keeps what it writes. */}}
{{- define "katydid.resultsVolume" -}}
name: results
{{- if .Values.results.persistence.enabled }}
persistentVolumeClaim:
  claimName: {{ .Values.results.persistence.existingClaim | default (printf "%s-results" (include "katydid.name" .)) }}
{{- else }}
emptyDir: {}
{{- end }}
{{- end -}}

{{- define "katydid.uploadEnv" -}}
{{- with .Values.results.upload -}}
{{- if .existingSecret -}}
- name: KATYDID_UPLOAD_URL
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
{{- else -}}
[]
{{- end -}}
{{- end -}}
{{- end -}}
