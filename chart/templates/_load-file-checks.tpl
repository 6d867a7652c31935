{{/* Checks that there is a load file, and that it runs without the other files of its folder. */}}
{{- define "katydid.loadFileChecks" -}}
{{- $values := .Values -}}
{{- $content := $values.loadFile.content -}}
{{- $bundle := "bundle it with katydid bundle shop.ts -o shop.bundle, then use --set-file §loadFile.content=shop.bundle" -}}
{{- if regexMatch "^\\s*[A-Za-z0-9_.:/\\\\@~ -]+\\.([cm]?[jt]s|py|bundle)\\s*$" $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content is a path, %s, not the content of a file: %s" (trim $content) $bundle)) -}}
{{- end -}}
{{- if hasPrefix "\x1f" $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content is a gzip file, not text: %s" $bundle)) -}}
{{- end -}}
{{/* Looks only at the comments and imports at the top, because further down the same words may be in a string. No bundle begins like this. */}}
{{- $head := "^(\\s|//[^\n]*\n|/\\*([^*]|\\*+[^*/])*\\*+/|import([\\s{*][^;'\"()]*)?['\"][^'\"\n]*['\"];?)*" -}}
{{- if regexMatch (printf "%simport\\s+(type\\s+[{*A-Z_$]|[^;'\"()]*[{,]\\s*type\\s+[A-Z_$])" $head) $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content is TypeScript that is not compiled (import type): %s" $bundle)) -}}
{{- end -}}
{{- with regexFind (printf "%simport([\\s{*][^;'\"()]*)?['\"]\\.\\.?/[^'\"\n]*['\"]" $head) $content -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content imports %s, a file that is not in the cluster: %s" (regexFind "\\.\\.?/[^'\"\n]*['\"]$" . | trimAll "'\"") $bundle)) -}}
{{- end -}}
{{/* Helm keeps a release in a Secret of at most 1 MiB. The release has the load file twice: in the values and in the ConfigMap. */}}
{{- if gt (len $content) 440320 -}}
{{- $kib := div (add (len $content) 1023) 1024 -}}
{{- if hasPrefix "H4sI" (trunc 256 $content | trim) -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content has %d KiB; the limit for a compressed bundle is 430 KiB. Put the load file into an image (§image.repository, §load.file), into a ConfigMap of your own (§loadFile.configMaps, 1 MiB at most), or on a volume (§pods.master.volumes)" $kib)) -}}
{{- end -}}
{{- include "katydid.refuse" (list $ (printf "§loadFile.content has %d KiB of plain JavaScript; the limit is 430 KiB. Compress it: katydid bundle shop.ts -o shop.bundle, then use --set-file §loadFile.content=shop.bundle. Compressed, 430 KiB hold about 1.1 MB of JavaScript" $kib)) -}}
{{- end -}}
{{- if not (or $values.loadFile.content $values.load.file (include "katydid.locustClasses" .)) -}}
{{- $classes := ternary ", or name the classes of the locustfile in §locust.userClasses" "" (eq $values.workers.engine "locust") -}}
{{- include "katydid.refuse" (list $ (printf "there is no load file: set §load.file (a path in the image, for example examples/shop.ts, or /etc/katydid/load/KEY of §loadFile.configMaps), or pass --set-file §loadFile.content=shop.bundle%s" $classes)) -}}
{{- end -}}
{{- end -}}
