{{/* `1h30m`, `90s`, `500ms`, or a number of seconds, in seconds; as runner/src/plan/duration.ts reads it. */}}
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

{{/* Seconds as people and Helm's --timeout write them, rounded up to a minute where there are many. */}}
{{- define "katydid.span" -}}
{{- $seconds := ceil . | int -}}
{{- if gt $seconds 120 -}}
{{- printf "%dm" (div (add $seconds 59) 60) -}}
{{- else -}}
{{- printf "%ds" $seconds -}}
{{- end -}}
{{- end -}}

{{/* How long the profile takes, in seconds; nothing when it has no end. */}}
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

{{/* Of a profile of kind spike, until its last spike is over. */}}
{{- define "katydid.spikesSeconds" -}}
{{- $cycle := include "katydid.seconds" .after | float64 -}}
{{- range list .rampUp .hold .rampDown -}}
{{- $cycle = addf $cycle (include "katydid.seconds" (. | default 0.0) | float64) -}}
{{- end -}}
{{- mulf $cycle (.repeat | default 1 | float64) -}}
{{- end -}}

{{/* From the first worker's start to the last one's end, at the longest, in seconds. */}}
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

{{/* What is said of setup() and teardown() of the load file, in seconds. Most take none to speak of: what is not said is not counted. */}}
{{- define "katydid.hookSeconds" -}}
{{- $total := 0.0 -}}
{{- range list .Values.load.setupTimeout .Values.load.teardownTimeout -}}
{{- $total = addf $total (include "katydid.seconds" (. | default 0.0) | float64) -}}
{{- end -}}
{{- $total -}}
{{- end -}}

{{/* null in a values file takes back what the chart itself says, too. */}}
{{- define "katydid.maxWaitSeconds" -}}
{{- include "katydid.seconds" (.Values.workers.maxWait | default "2m") -}}
{{- end -}}

{{- define "katydid.stopSeconds" -}}
{{- $stop := .Values.load.stopTimeout -}}
{{- include "katydid.seconds" (kindIs "invalid" $stop | ternary "30s" $stop) -}}
{{- end -}}

{{/* Between the last report and the verdict results are uploaded, a webhook is told and the last metrics are pushed, all at once. */}}
{{- define "katydid.tellSeconds" -}}
{{- if .Values.results.upload.existingSecret }}60{{ else if or .Values.notify.webhook.existingSecret .Values.metrics.otel.endpoint }}15{{ else }}0{{ end -}}
{{- end -}}

{{/* For pods that run users: these may finish their tasks, and the last report is sent. */}}
{{- define "katydid.graceSeconds" -}}
{{- addf (include "katydid.stopSeconds" . | float64) 10.0 | ceil | int64 -}}
{{- end -}}

{{/* The master waits for that and for teardown(), and writes and sends the results. */}}
{{- define "katydid.masterGraceSeconds" -}}
{{- $teardown := include "katydid.seconds" (.Values.load.teardownTimeout | default 60.0) | float64 -}}
{{- addf (include "katydid.graceSeconds" . | float64) $teardown 10.0 (include "katydid.tellSeconds" . | float64) | ceil | int64 -}}
{{- end -}}
