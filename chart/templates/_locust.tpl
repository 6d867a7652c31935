{{/*
The master's load file where workers are Locust's and their classes are named: names and weights to spread users by, and the parameters, which
become their parsed_options.
*/}}
{{- define "katydid.locustClasses" -}}
{{- if and (eq .Values.workers.engine "locust") .Values.locust.userClasses -}}
import { User as $User } from 'katydid'
export const params = {{ .Values.load.params | default dict | toJson }}
{{- range $name, $weight := .Values.locust.userClasses }}
export class {{ $name }} extends $User { static weight = {{ $weight }}; static tasks = [async () => {}] }
{{- end }}
{{- end -}}
{{- end -}}

{{/*
Locust ends with 0 when it is told to go (SIGTERM). A pod that was evicted would count as completed, and nobody would take its place: so such
an end is 143, and any other Locust's own. For sh -c; its arguments are Locust's.
*/}}
{{- define "katydid.locustScript" -}}
# where kustomize has given names a prefix, the master's has it, too; of two hosts the last counts
case $KATYDID_JOB in *-workers*) set -- "$@" --master-host "${KATYDID_JOB%-workers*}-master${KATYDID_JOB##*-workers}" ;; esac
told=
trap 'told=1; kill "$child" 2>/dev/null' TERM INT
locust "$@" &
child=$!
# it may have been told before there was a child
[ -z "$told" ] || kill "$child"
code=0
wait "$child" || code=$?
# a signal ends the wait, not the child
while kill -0 "$child" 2>/dev/null; do
  code=0
  wait "$child" || code=$?
done
[ -z "$told" ] || exit 143
exit "$code"
{{- end -}}
