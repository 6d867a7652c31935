import { start } from './command.ts'

export interface ImageConfig {
  Labels?: Record<string, string>
  User: string
  Entrypoint: string[]
}

/** What an image says of itself, asked of Docker, else of the containerd at CONTAINERD_ADDRESS; undefined where neither has it. */
export async function imageConfig(image: string): Promise<ImageConfig | undefined> {
  const docker = await said('docker', ['image', 'inspect', '--format', '{{json .Config}}', image])
  if (docker !== undefined) return JSON.parse(docker) as ImageConfig
  const name = /^[^/]*[.:][^/]*\/|^localhost\//.test(image)
    ? image
    : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`
  const list = await ctr('images', 'list', `name==${name}`)
  const digest = list && /sha256:[0-9a-f]{64}/.exec(list)?.[0]
  if (!digest) return undefined
  const manifest = JSON.parse((await ctr('content', 'get', digest)) ?? '{}') as { config?: { digest: string } }
  if (!manifest.config) return undefined
  const { config } = JSON.parse((await ctr('content', 'get', manifest.config.digest)) ?? '{}') as {
    config?: ImageConfig
  }
  return config
}

const ctr = (...args: string[]) => said('ctr', ['--namespace', 'k8s.io', ...args])

async function said(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await start(command, args, { timeoutMs: 30_000 }).done
    return exitCode === 0 ? stdout : undefined
  } catch {
    return undefined // it is not installed
  }
}
