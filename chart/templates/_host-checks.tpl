{{/*
Protects against the wrong values file, not against intent. It does not see URLs in a load file, redirects, and Secrets.
*/}}
{{- define "katydid.hostChecks" -}}
{{- $values := .Values -}}
{{- with $values.allowedHosts -}}
{{- $host := $values.load.host -}}
{{- range . -}}
{{- /* `?` makes the expression match anything, so only an invalid expression does not match */ -}}
{{- if not (regexMatch (printf "^(?:%s)?$" .) "") -}}
{{- include "katydid.refuse" (list $ (printf "§allowedHosts has %q, which is not a regular expression: use .* for any text, and \\. for a dot" .)) -}}
{{- end -}}
{{- end -}}
{{- range $role := list "all" "master" "workers" -}}
{{- range ((index $values.pods $role) | default dict).extraEnv -}}
{{- if has .name (list "KATYDID_HOST" "LOCUST_HOST") -}}
{{- include "katydid.refuse" (list $ (printf "§pods.%s.extraEnv has %s, which overrides §load.host and is not checked against §allowedHosts: set §load.host instead" $role .name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range ($values.pods.master).extraArgs -}}
{{- if regexMatch "^(-q*[Hf]|--(host|values)(=|$))" . -}}
{{- include "katydid.refuse" (list $ (printf "§pods.master.extraArgs has %s, which overrides §load.host and is not checked against §allowedHosts: set §load.host instead" .)) -}}
{{- end -}}
{{- end -}}
{{- if $host -}}
{{- $name := (urlParse $host).hostname -}}
{{- $allowed := false -}}
{{- range . -}}
{{- if regexMatch (printf "^(?i:%s)$" .) $name }}{{ $allowed = true }}{{ end -}}
{{- end -}}
{{- if not $allowed -}}
{{- include "katydid.refuse" (list $ (printf "§load.host is %s, but §allowedHosts does not allow the host %q: it allows %s" $host $name (join ", " .))) -}}
{{- end -}}
{{- else if not $values.demoTarget.enabled -}}
{{- include "katydid.refuse" (list $ "§load.host is not set, so it cannot be checked against §allowedHosts: set §load.host") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The plan is in a ConfigMap, which more people can read than a Secret. The runner also reads these values from its environment. */}}
{{- define "katydid.credentialChecks" -}}
{{- $login := "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@" -}}
{{- $load := .Values.load -}}
{{- range $path, $said := dict "host" $load.host "http.proxy" ($load.http).proxy -}}
{{- if regexMatch $login (toString $said) -}}
{{- $variable := printf "KATYDID_%s" (upper $path | replace "." "_") -}}
{{- include "katydid.refuse" (list $ (printf "§load.%s contains a user name or a password, and would be stored in a ConfigMap: remove it, put the whole URL into a Secret as %s, and name the Secret in §pods.all.extraEnvFrom" $path $variable)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $said := $load.params -}}
{{- if regexMatch $login (toString $said) -}}
{{- include "katydid.refuse" (list $ (printf "§load.params.%s contains a user name or a password, and would be stored in a ConfigMap: declare it as a secret in the load file, and set it in the environment (§pods.all.extraEnvFrom)" $name)) -}}
{{- end -}}
{{- end -}}
{{- /* these are in the pod template */ -}}
{{- if regexMatch $login (toString .Values.metrics.otel.endpoint) -}}
{{- include "katydid.refuse" (list $ "§metrics.otel.endpoint contains a user name or a password, and everybody who can read pods would see it: remove it, put the login into a Secret (authorization=Basic%20…), and name the Secret in §metrics.otel.headers.existingSecret") -}}
{{- end -}}
{{- if regexMatch $login (toString .Values.notify.link) -}}
{{- include "katydid.refuse" (list $ "§notify.link contains a user name or a password, and everybody who can read pods or the message would see it: remove the login") -}}
{{- end -}}
{{- end -}}
