/**
 * @internal Standard decorators hand each other `context.metadata`, which compilers attach to the class under `Symbol.metadata`; no
 * Node has that symbol yet. `Symbol.for` is what esbuild falls back to, so that both agree in whatever order they come.
 * To be called before the first decorated class is defined.
 */
export function polyfillMetadata(): void {
  ;(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata')
}

polyfillMetadata() // the one side effect of an import: a load file's classes are defined while it is being imported
