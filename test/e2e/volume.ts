import { post, remove } from './api.ts'
import { output } from './command.ts'
import { image, Release } from './release.ts'

/** A release with a claim that can be used: of the cluster's own storage, or else of a folder of its node. */
export async function withVolume(): Promise<Release> {
  const release = await Release.create()
  const { namespace } = release
  const classes = await output('kubectl', ['get', 'storageclasses', '-o', 'name'])
  const onNode = classes.trim() === ''
  if (onNode) await folderOnNode(namespace, { namespace, name: 'kept' })
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '100Mi' } },
    ...(onNode ? { storageClassName: '', volumeName: namespace } : {}),
  }
  await release.make('persistentvolumeclaims', { metadata: { name: 'kept' }, spec })
  return release
}

/** A PersistentVolume for a claim: a folder of the node which the pods' user may write to. */
export async function folderOnNode(name: string, claimRef: { namespace: string; name: string }): Promise<void> {
  const path = `/tmp/${name}`
  const script = 'fs.chmodSync("/folder", 0o777)'
  const pod = {
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'folder', hostPath: { path, type: 'DirectoryOrCreate' } }],
      containers: [
        {
          name: 'folder',
          image,
          command: ['node', '-e', script],
          securityContext: { runAsUser: 0 },
          volumeMounts: [{ name: 'folder', mountPath: '/folder' }],
        },
      ],
    },
  }
  const volume = {
    metadata: { name },
    spec: {
      capacity: { storage: '100Mi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      hostPath: { path },
      claimRef,
    },
  }
  const pods = '/api/v1/namespaces/default/pods'
  await post(pods, pod)
  await post('/api/v1/persistentvolumes', volume)
  const done = ['wait', 'pod', name, '--namespace', 'default', '--for=jsonpath={.status.phase}=Succeeded']
  await output('kubectl', [...done, '--timeout=60s'])
  await remove(`${pods}/${name}`)
}

/** Values of a run that is kept on it. */
export const kept = (more: object = {}) => ({
  results: { checkpoint: '2s', persistence: { enabled: true, existingClaim: 'kept', ...more } },
})
