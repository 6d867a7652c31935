{{/* A duration (`1h30m`, `90s`, `500ms`, or a number of seconds) in seconds. The same rules as in runner/src/plan/duration.ts. */}}
{{- define "katydid.seconds" -}}
{{- $text := toString . -}}
{{- if kindIs "float64" . -}}
{{- . -}}
{{- else if regexMatch "^[0-9]+(\\.[0-9]+)?$" $text -}}
{{- float64 $text -}}
{{- else if regexMatch "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$" $text -}}
{{- $unit := dict "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0 "d" 86400.0 -}}
{{- $total := 0.0 -}}
{{- range regexFindAll "[0-9.]+(ms|s|m|h|d)" $text -1 -}}
{{- $total = addf $total (mulf (regexFind "^[0-9.]+" . | float64) (get $unit (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $total -}}
{{- else -}}
{{- fail (printf "bad duration %q: use 90s, 5m, 1h30m, 7d" $text) -}}
{{- end -}}
{{- end -}}

{{/* Seconds as a duration for messages and for Helm's --timeout: `90s`, `15m`. Long ones are rounded up to a minute. */}}
{{- define "katydid.span" -}}
{{- $seconds := ceil . | int -}}
{{- if gt $seconds 120 -}}
{{- printf "%dm" (div (add $seconds 59) 60) -}}
{{- else -}}
{{- printf "%ds" $seconds -}}
{{- end -}}
{{- end -}}

{{/* Duration of the profile in seconds; empty if it never ends. */}}
{{- define "katydid.profileSeconds" -}}
{{- $profile := (.Values.load).profile | default dict -}}
{{- if $profile.runTime -}}
{{- include "katydid.seconds" $profile.runTime -}}
{{- else if $profile.stages -}}
{{- $total := 0.0 -}}
{{- range $profile.stages -}}
{{- range list .ramp .hold -}}
{{- $total = addf $total (include "katydid.seconds" (. | default 0.0) | float64) -}}
{{- end -}}
{{- end -}}
{{- $total -}}
{{- else if eq ($profile.kind | default "constant") "spike" -}}
{{- addf (include "katydid.seconds" $profile.after | float64) (include "katydid.spikesSeconds" $profile | float64) -}}
{{- end -}}
{{- end -}}

{{/* Seconds until the last spike of a spike profile is over. */}}
{{- define "katydid.spikesSeconds" -}}
{{- $cycle := include "katydid.seconds" .after | float64 -}}
{{- range list .rampUp .hold .rampDown -}}
{{- $cycle = addf $cycle (include "katydid.seconds" (. | default 0.0) | float64) -}}
{{- end -}}
{{- mulf $cycle (.repeat | default 1 | float64) -}}
{{- end -}}

{{/* Longest time from the start of the first worker to the end of the last one, in seconds. */}}
{{- define "katydid.runSeconds" -}}
{{- $profile := include "katydid.profileSeconds" . -}}
{{- if not $profile -}}
{{- $else := ternary "the first run would never end" "Helm would wait for ever" (not (empty (include "katydid.scheduled" .))) -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile has no end: set §load.profile.runTime (for example 10m). Without it, %s" $else)) -}}
{{- end -}}
{{- $wait := include "katydid.maxWaitSeconds" . | float64 -}}
{{- $stop := include "katydid.stopSeconds" . | float64 -}}
{{- addf $wait ($profile | float64) $stop (include "katydid.hookSeconds" . | float64) (include "katydid.tellSeconds" . | float64) 30.0 -}}
{{- end -}}

{{/* Time limits of setup() and teardown() in seconds, if the values set them. Most load files need almost no time for them, so defaults are not counted. */}}
{{- define "katydid.hookSeconds" -}}
{{- $total := 0.0 -}}
{{- range list .Values.load.setupTimeout .Values.load.teardownTimeout -}}
{{- $total = addf $total (include "katydid.seconds" (. | default 0.0) | float64) -}}
{{- end -}}
{{- $total -}}
{{- end -}}

{{/* null in a values file also removes a default of the chart. */}}
{{- define "katydid.maxWaitSeconds" -}}
{{- include "katydid.seconds" (.Values.workers.maxWait | default "2m") -}}
{{- end -}}

{{- define "katydid.stopSeconds" -}}
{{- $stop := .Values.load.stopTimeout -}}
{{- include "katydid.seconds" (kindIs "invalid" $stop | ternary "30s" $stop) -}}
{{- end -}}

{{/* Between the last report and the verdict, the master uploads results, calls the webhook and pushes the last metrics, all at the same time. */}}
{{- define "katydid.tellSeconds" -}}
{{- if .Values.results.upload.existingSecret }}60{{ else if or .Values.notify.webhook.existingSecret .Values.metrics.otel.endpoint }}15{{ else }}0{{ end -}}
{{- end -}}

{{/* Grace period of pods that run users: users finish their tasks, and the worker sends its last report. */}}
{{- define "katydid.graceSeconds" -}}
{{- addf (include "katydid.stopSeconds" . | float64) 10.0 | ceil | int64 -}}
{{- end -}}

{{/* Grace period of the master: it waits for the workers and for teardown(), then writes and sends the results. */}}
{{- define "katydid.masterGraceSeconds" -}}
{{- $teardown := include "katydid.seconds" (.Values.load.teardownTimeout | default 60.0) | float64 -}}
{{- addf (include "katydid.graceSeconds" . | float64) $teardown 10.0 (include "katydid.tellSeconds" . | float64) | ceil | int64 -}}
{{- end -}}
