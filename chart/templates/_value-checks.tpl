{{/* Checks the parts of the image's name. A part that contains another one gives a wrong name. */}}
{{- define "katydid.imageChecks" -}}
{{- $image := .Values.image -}}
{{- $repository := toString $image.repository -}}
{{- $name := regexReplaceAll "(:[^/@]*)?(@.*)?$" $repository "" -}}
{{- with regexFind "(:[^/@]*)?(@.*)?$" $repository -}}
{{- $parts := list -}}
{{- with regexFind "^:[^@]*" . }}{{ $parts = append $parts (printf "§image.tag=%s" (trimPrefix ":" .)) }}{{ end -}}
{{- with regexFind "@.*" . }}{{ $parts = append $parts (printf "§image.digest=%s" (trimPrefix "@" .)) }}{{ end -}}
{{- include "katydid.refuse" (list $ (printf "§image.repository is %s and contains a tag or a digest: set §image.repository=%s and %s" $repository $name (join " and " $parts))) -}}
{{- end -}}
{{- if regexMatch "[A-Z\\s]|//|^/|/$" $repository -}}
{{- include "katydid.refuse" (list $ (printf "§image.repository is %q: use lower-case letters, digits, and . _ - between them, in parts separated by /" $repository)) -}}
{{- end -}}
{{- with $image.registry -}}
{{- if regexMatch "://|/$|^/|@|\\s" . -}}
{{- include "katydid.refuse" (list $ (printf "§image.registry is %s: set only the host, with its port if it has one (ghcr.io, 127.0.0.1:5000)" .)) -}}
{{- end -}}
{{- if hasPrefix (printf "%s/" .) $repository -}}
{{- include "katydid.refuse" (list $ (printf "§image.repository is %s and begins with §image.registry: set §image.repository=%s" $repository (trimPrefix (printf "%s/" .) $repository))) -}}
{{- end -}}
{{- end -}}
{{- with $image.tag -}}
{{- if not (regexMatch "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$" .) -}}
{{- include "katydid.refuse" (list $ (printf "§image.tag is %q, which is not a tag: set the part after the : of the image's name. A digest (sha256:…) goes into §image.digest" .)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Checks for large numbers. Helm and the runner keep numbers as 64-bit floats, so a larger one loses its last digits. list: root, path, value
*/}}
{{- define "katydid.numberChecks" -}}
{{- $root := index . 0 -}}
{{- $path := index . 1 -}}
{{- $value := index . 2 -}}
{{- if kindIs "map" $value -}}
{{- range $key, $below := $value }}{{ include "katydid.numberChecks" (list $root (printf "%s.%s" $path $key) $below) }}{{ end -}}
{{- else if kindIs "slice" $value -}}
{{- range $index, $below := $value }}{{ include "katydid.numberChecks" (list $root (printf "%s[%d]" $path $index) $below) }}{{ end -}}
{{- else if or (kindIs "float64" $value) (kindIs "int64" $value) (kindIs "int" $value) -}}
{{- $number := float64 $value -}}
{{- if or (ge $number 9007199254740992.0) (le $number -9007199254740992.0) -}}
{{- include "katydid.refuse" (list $root (printf "§%s is %.0f, or was a number near it: numbers above 9007199254740991 lose their last digits, so put it in quotes (--set-string)" $path $number)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
