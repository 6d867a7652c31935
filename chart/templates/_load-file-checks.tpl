{{/* Whether there is a load file, and whether what is to be one can be run where nothing else of its folder is. */}}
{{- define "katydid.loadFileChecks" -}}
{{- $values := .Values -}}
{{- $content := $values.loadFile.content -}}
{{- $bundle := "bundle it (katydid bundle shop.ts -o shop.js) and say --set-file §loadFile.content=shop.js" -}}
{{- if regexMatch "^\\s*[A-Za-z0-9_.:/\\\\@~ -]+\\.([cm]?[jt]s|py)\\s*$" $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content is a path, %s, and not what is in the file: %s" (trim $content) $bundle)) -}}
{{- end -}}
{{/* Only its head, comments and imports: further down it may be a text. Nothing that katydid bundle makes begins so. */}}
{{- $head := "^(\\s|//[^\n]*\n|/\\*([^*]|\\*+[^*/])*\\*+/|import([\\s{*][^;'\"()]*)?['\"][^'\"\n]*['\"];?)*" -}}
{{- if regexMatch (printf "%simport\\s+(type\\s+[{*A-Z_$]|[^;'\"()]*[{,]\\s*type\\s+[A-Z_$])" $head) $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content is TypeScript that nobody has compiled (import type): %s" $bundle)) -}}
{{- end -}}
{{- with regexFind (printf "%simport([\\s{*][^;'\"()]*)?['\"]\\.\\.?/[^'\"\n]*['\"]" $head) $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content imports %s, a file that is not there: %s" (regexFind "\\.\\.?/[^'\"\n]*['\"]$" . | trimAll "'\"") $bundle)) -}}
{{- end -}}
{{- if gt (len $values.loadFile.content) 440320 -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content has %d KiB, more than 430: put the load file into an image (§image.repository, §load.file), into ConfigMaps of your own (§loadFile.configMaps), or on a volume (§pods.master.volumes). Where it is applied by kubectl or Argo CD, 256 KiB is the most, but for server-side apply" (div (len $values.loadFile.content) 1024))) -}}
{{- end -}}
{{- if not (or $values.loadFile.content $values.load.file (include "katydid.locustClasses" .)) -}}
{{- $classes := ternary ", or the classes of the locustfile in §locust.userClasses" "" (eq $values.workers.engine "locust") -}}
{{- include "katydid.refuse" (list $ (printf "there is no load file: say §load.file (a path in the image, examples/shop.ts, or /etc/katydid/load/KEY of §loadFile.configMaps) or --set-file §loadFile.content=shop.js%s" $classes)) -}}
{{- end -}}
{{- end -}}
