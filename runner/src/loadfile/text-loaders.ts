import type { Loader } from 'esbuild'

/** What a load file may import as a string, beside code and JSON. */
export const textLoaders: Record<string, Loader> = Object.fromEntries(
  ['.txt', '.md', '.csv', '.html', '.xml', '.sql', '.graphql', '.gql', '.proto', '.pem'].map((extension) => [
    extension,
    'text' as const,
  ]),
)
