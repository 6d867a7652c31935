{{/*
The master's load file for Locust workers with locust.userClasses. It has the names and weights, by which the master distributes users, and the
parameters, which become parsed_options in Python.
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
Locust exits with 0 after SIGTERM. An evicted pod would then count as completed, and the Job would not replace it. So this script exits with 143
after SIGTERM, and otherwise with Locust's exit code. It runs with sh -c, with Locust's arguments.
*/}}
{{- define "katydid.locustScript" -}}
# a prefix from kustomize is in the name of the master, too; Locust uses the last --master-host
case $KATYDID_JOB in *-workers*) set -- "$@" --master-host "${KATYDID_JOB%-workers*}-master${KATYDID_JOB##*-workers}" ;; esac
told=
trap 'told=1; kill "$child" 2>/dev/null' TERM INT
locust "$@" &
child=$!
# SIGTERM may come before the child has started
[ -z "$told" ] || kill "$child"
code=0
wait "$child" || code=$?
# a signal ends wait, but not the child
while kill -0 "$child" 2>/dev/null; do
  code=0
  wait "$child" || code=$?
done
[ -z "$told" ] || exit 143
exit "$code"
{{- end -}}
