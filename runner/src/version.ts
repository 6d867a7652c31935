import manifest from '../package.json' with { type: 'json' }

/** The package's version. */
export function version(): string {
  return manifest.version
}

/** The versions of Node that the package runs on, as npm writes a range. */
export const requiredNode: string = manifest.engines.node
