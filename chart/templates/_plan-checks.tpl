{{/*
Checks of `load` that a schema cannot express. `katydid plan` makes the same checks (runner/src/plan/profile-schema.ts).
*/}}
{{- define "katydid.planChecks" -}}
{{- $profile := (.Values.load).profile | default dict -}}
{{- $kind := $profile.kind | default "constant" -}}
{{- include "katydid.kindChecks" . -}}
{{- $base := $profile.baseUsers | default 0 | int64 -}}
{{- if eq $kind "spike" -}}
{{- if not (gt ($profile.peakUsers | int64) $base) -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile.peakUsers is %v: it must be more than baseUsers (%d)" $profile.peakUsers $base)) -}}
{{- end -}}
{{- $last := include "katydid.spikesSeconds" $profile | float64 -}}
{{- if and $profile.runTime (lt (include "katydid.seconds" $profile.runTime | float64) $last) -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile.runTime is %v: the run would end before its last spike (%s)" $profile.runTime (include "katydid.span" $last))) -}}
{{- end -}}
{{- include "katydid.baseChecks" (dict "root" . "profile" $profile "calm" (include "katydid.seconds" $profile.after | float64)) -}}
{{- else if eq $kind "bursts" -}}
{{- if not (gt ($profile.burstUsers | int64) $base) -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile.burstUsers is %v: it must be more than baseUsers (%d)" $profile.burstUsers $base)) -}}
{{- end -}}
{{- $burst := include "katydid.seconds" $profile.duration | float64 -}}
{{- if gt $burst (include "katydid.seconds" $profile.every | float64) -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile.duration is %v: it must not be longer than every (%v)" $profile.duration $profile.every)) -}}
{{- end -}}
{{- if gt (mulf 2.0 (include "katydid.seconds" ($profile.ramp | default 0.0) | float64)) $burst -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile.ramp is %v: ramp up and ramp down must fit into the burst's %v" $profile.ramp $profile.duration)) -}}
{{- end -}}
{{- include "katydid.baseChecks" (dict "root" . "profile" $profile "calm" (subf (include "katydid.seconds" $profile.every | float64) $burst)) -}}
{{- else if eq $kind "arrivals" -}}
{{- if not (or $profile.rate $profile.stages) -}}
{{- include "katydid.refuse" (list $ "§load.profile.rate is missing: set rate or stages") -}}
{{- end -}}
{{- if and $profile.rate $profile.stages -}}
{{- include "katydid.refuse" (list $ "§load.profile has both rate and stages: set one of them") -}}
{{- end -}}
{{- if and $profile.stages $profile.runTime -}}
{{- include "katydid.refuse" (list $ "§load.profile.runTime is set, but the stages define the run time: remove it") -}}
{{- end -}}
{{- include "katydid.stageChecks" (dict "root" . "stages" ($profile.stages | default list) "level" "rate") -}}
{{- else if eq $kind "stages" -}}
{{- include "katydid.stageChecks" (dict "root" . "stages" $profile.stages "level" "users" "spawnRate" $profile.spawnRate) -}}
{{- end -}}
{{- $whole := include "katydid.profileSeconds" . -}}
{{- $warmup := .Values.load.warmup | default 0.0 -}}
{{- if and $whole (ge (include "katydid.seconds" $warmup | float64) ($whole | float64)) -}}
{{- include "katydid.refuse" (list $ (printf "§load.warmup is %v: it must be shorter than the run (%s)" $warmup (include "katydid.span" ($whole | float64)))) -}}
{{- end -}}
{{- end -}}

{{/* Keys of another kind. They usually come from an earlier values file. */}}
{{- define "katydid.kindChecks" -}}
{{- $profile := (.Values.load).profile | default dict -}}
{{- $kind := $profile.kind | default "constant" -}}
{{- $kinds := dict
  "constant" (list "users" "spawnRate" "runTime")
  "stages" (list "stages" "spawnRate")
  "spike" (list "baseUsers" "peakUsers" "after" "rampUp" "hold" "rampDown" "repeat" "spawnRate" "runTime")
  "bursts" (list "baseUsers" "burstUsers" "every" "duration" "ramp" "jitter" "spawnRate" "runTime")
  "arrivals" (list "rate" "stages" "maxUsers" "distribution" "runTime")
  "shape" (list "class" "runTime" "users" "spawnRate")
-}}
{{- $instead := dict "stages" "users of each stage" "spike" "peakUsers" "bursts" "burstUsers" "arrivals" "rate and maxUsers" -}}
{{- $own := get $kinds $kind -}}
{{- $others := list -}}
{{- range $key, $said := $profile -}}
{{- if not (or (eq $key "kind") (has $key $own) (kindIs "invalid" $said)) }}{{ $others = append $others $key }}{{ end -}}
{{- end -}}
{{- with $others -}}
{{- $users := and (has "users" .) (hasKey $instead $kind) | ternary (printf "; the number of users is %s" (get $instead $kind)) "" -}}
{{- $taken := list }}{{ range . }}{{ $taken = append $taken (printf "§load.profile.%s=null" .) }}{{ end -}}
{{- include "katydid.refuse" (list $ (printf "§load.profile has %s, but §load.profile.kind is %s, which allows only %s%s. Remove the keys of another kind; if an earlier values file sets them, pass --set %s" (join ", " .) $kind (join ", " $own) $users (join "," $taken))) -}}
{{- end -}}
{{- end -}}

{{/* Time to start the users, in seconds. dict: users, spawnRate (empty: at once) */}}
{{- define "katydid.stepSeconds" -}}
{{- if kindIs "invalid" .spawnRate -}}
0
{{- else -}}
{{- $rate := splitList "/" (toString .spawnRate) -}}
{{- $unit := index (dict "s" 1.0 "m" 60.0 "h" 3600.0) (index (append $rate "s") 1) -}}
{{- divf (mulf (float64 .users) $unit) (index $rate 0 | float64) -}}
{{- end -}}
{{- end -}}

{{/* Checks that the base users have started before the first spike or burst. dict: root, profile, calm (time before it, in seconds) */}}
{{- define "katydid.baseChecks" -}}
{{- $base := .profile.baseUsers | default 0 | int64 -}}
{{- $step := include "katydid.stepSeconds" (dict "users" $base "spawnRate" .profile.spawnRate) | float64 -}}
{{- if gt $step .calm -}}
{{- include "katydid.refuse" (list $.root (printf "§load.profile.spawnRate is %v: %d users need %s to start, longer than the first calm (%s)" .profile.spawnRate $base (include "katydid.span" $step) (include "katydid.span" .calm))) -}}
{{- end -}}
{{- end -}}

{{/* Checks of stages. dict: root, stages, level (users or rate), spawnRate (of users) */}}
{{- define "katydid.stageChecks" -}}
{{- $level := .level -}}
{{- $any := empty .stages -}}
{{- $spawnRate := .spawnRate -}}
{{- $last := 0.0 -}}
{{- range $index, $stage := .stages -}}
{{- $ramp := include "katydid.seconds" ($stage.ramp | default 0.0) | float64 -}}
{{- $hold := include "katydid.seconds" ($stage.hold | default 0.0) | float64 -}}
{{- if not (gt (addf $ramp $hold) 0.0) -}}
{{- include "katydid.refuse" (list $.root (printf "§load.profile.stages[%d] takes no time: set ramp, hold or both" $index)) -}}
{{- end -}}
{{- /* null means not set; 0 is a value */ -}}
{{- $said := index $stage $level -}}
{{- if and (kindIs "invalid" $said) (or (gt $ramp 0.0) (eq $index 0)) -}}
{{- include "katydid.refuse" (list $.root (printf "§load.profile.stages[%d].%s is missing: set the %s at the end of this stage" $index $level $level)) -}}
{{- end -}}
{{- if regexMatch "[1-9]" (toString $said) }}{{ $any = true }}{{ end -}}
{{- if and (eq $level "users") (not (kindIs "invalid" $said)) -}}
{{- $users := maxf (subf $said $last) (subf $last $said) -}}
{{- $last = float64 $said -}}
{{- $step := include "katydid.stepSeconds" (dict "users" $users "spawnRate" $spawnRate) | float64 -}}
{{- if and (eq $ramp 0.0) (gt $hold 0.0) (gt $step $hold) -}}
{{- include "katydid.refuse" (list $.root (printf "§load.profile.stages[%d].hold is %v: %v users need %s at the spawnRate, longer than this stage" $index $stage.hold $users (include "katydid.span" $step))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $any -}}
{{- include "katydid.refuse" (list $.root (printf "§load.profile.stages: no stage has %s above 0" (eq $level "rate" | ternary "a rate" "users"))) -}}
{{- end -}}
{{- end -}}
