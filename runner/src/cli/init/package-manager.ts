/** The words of one package manager. */
export interface PackageManager {
  readonly name: string
  readonly lockFile: string
  /** On a person's machine; writes the lock file. */
  readonly install: string
  /** In CI: what the lock file says, and before it, what a bare Node image lacks. */
  readonly ci: readonly string[]
  /** Before the name of a script. */
  readonly run: string
  /** Before the name of a command of a package. */
  readonly exec: string
}

export const packageManagers = {
  npm: {
    name: 'npm',
    lockFile: 'package-lock.json',
    install: 'npm install',
    ci: ['npm ci'],
    run: 'npm run',
    exec: 'npx',
  },
  pnpm: {
    name: 'pnpm',
    lockFile: 'pnpm-lock.yaml',
    install: 'pnpm install',
    ci: ['corepack enable', 'pnpm install --frozen-lockfile'],
    run: 'pnpm run',
    exec: 'pnpm exec',
  },
  yarn: {
    name: 'yarn',
    lockFile: 'yarn.lock',
    install: 'yarn install',
    ci: ['corepack enable', 'yarn install'], // in CI, Yarn changes no lock file
    run: 'yarn run',
    exec: 'yarn run',
  },
} as const satisfies Record<string, PackageManager>
