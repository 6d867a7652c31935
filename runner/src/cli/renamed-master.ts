/**
 * The host of the master's Service where a Job of the chart was given another name than the chart gave it: kustomize's namePrefix and nameSuffix rename
 * objects, and no arguments. `job` is the name that the Job has (KATYDID_JOB), `host` what the chart says, perhaps with a port. Anything else stays as it is.
 */
export function renamedMaster(host: string, job: string | undefined): string {
  const [, before = '', after = ''] = /^(.*)-(?:workers|verdict)(.*?)$/.exec(job ?? '') ?? []
  const [, name = '', port = ''] = /^(.*)-master(:\d+)?$/.exec(host) ?? []
  return name !== '' && before.endsWith(name) ? `${before}-master${after}${port}` : host
}
