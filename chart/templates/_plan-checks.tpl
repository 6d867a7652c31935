{{/*
What a schema cannot say of load: the same that `katydid plan` refuses (runner/src/plan/profile-schema.ts), before anything is in the cluster.
*/}}
{{- define "katydid.planChecks" -}}
{{- $profile := (.Values.load).profile | default dict -}}
{{- $kind := $profile.kind | default "constant" -}}
{{- $base := $profile.baseUsers | default 0 | int64 -}}
{{- if eq $kind "spike" -}}
{{- if not (gt ($profile.peakUsers | int64) $base) -}}
{{- fail (printf "load.profile.peakUsers is %v: it must be more than baseUsers (%d)" $profile.peakUsers $base) -}}
{{- end -}}
{{- $last := include "katydid.spikesSeconds" $profile | float64 -}}
{{- if and $profile.runTime (lt (include "katydid.seconds" $profile.runTime | float64) $last) -}}
{{- fail (printf "load.profile.runTime is %v: it is over before the last spike ends (%s)" $profile.runTime (include "katydid.span" $last)) -}}
{{- end -}}
{{- else if eq $kind "bursts" -}}
{{- if not (gt ($profile.burstUsers | int64) $base) -}}
{{- fail (printf "load.profile.burstUsers is %v: it must be more than baseUsers (%d)" $profile.burstUsers $base) -}}
{{- end -}}
{{- $burst := include "katydid.seconds" $profile.duration | float64 -}}
{{- if gt $burst (include "katydid.seconds" $profile.every | float64) -}}
{{- fail (printf "load.profile.duration is %v: it must not be longer than every (%v)" $profile.duration $profile.every) -}}
{{- end -}}
{{- if gt (mulf 2.0 (include "katydid.seconds" ($profile.ramp | default 0.0) | float64)) $burst -}}
{{- fail (printf "load.profile.ramp is %v: up and down must fit into the burst's %v" $profile.ramp $profile.duration) -}}
{{- end -}}
{{- else if eq $kind "arrivals" -}}
{{- if not (or $profile.rate $profile.stages) -}}
{{- fail "load.profile.rate is missing: say rate, or stages" -}}
{{- end -}}
{{- if and $profile.rate $profile.stages -}}
{{- fail "load.profile.stages: say rate or stages, not both" -}}
{{- end -}}
{{- if and $profile.stages $profile.runTime -}}
{{- fail "load.profile.runTime: stages say themselves how long they take" -}}
{{- end -}}
{{- include "katydid.stageChecks" (dict "stages" ($profile.stages | default list) "level" "rate") -}}
{{- else if eq $kind "stages" -}}
{{- include "katydid.stageChecks" (dict "stages" $profile.stages "level" "users") -}}
{{- end -}}
{{- $whole := include "katydid.profileSeconds" . -}}
{{- $warmup := .Values.load.warmup | default 0.0 -}}
{{- if and $whole (ge (include "katydid.seconds" $warmup | float64) ($whole | float64)) -}}
{{- fail (printf "load.warmup is %v: it leaves nothing of the run's %s to judge" $warmup (include "katydid.span" ($whole | float64))) -}}
{{- end -}}
{{- end -}}

{{/* stages, and what each is a level of: users or rate */}}
{{- define "katydid.stageChecks" -}}
{{- $level := .level -}}
{{- $any := empty .stages -}}
{{- range $index, $stage := .stages -}}
{{- $ramp := include "katydid.seconds" ($stage.ramp | default 0.0) | float64 -}}
{{- $hold := include "katydid.seconds" ($stage.hold | default 0.0) | float64 -}}
{{- if not (gt (addf $ramp $hold) 0.0) -}}
{{- fail (printf "load.profile.stages[%d] takes no time: say ramp, hold or both" $index) -}}
{{- end -}}
{{- /* null is nothing, and 0 is not */ -}}
{{- $said := index $stage $level -}}
{{- if and (kindIs "invalid" $said) (or (gt $ramp 0.0) (eq $index 0)) -}}
{{- fail (printf "load.profile.stages[%d].%s is missing: where to?" $index $level) -}}
{{- end -}}
{{- if regexMatch "[1-9]" (toString $said) }}{{ $any = true }}{{ end -}}
{{- end -}}
{{- if not $any -}}
{{- fail (printf "load.profile.stages: no stage has any %s" $level) -}}
{{- end -}}
{{- end -}}
