import { KatydidError } from '../errors.ts'
import './metadata.ts'

/** @internal What `@task`, `@tag` and `@transition` say about one member of a class. */
export interface Declaration {
  name: string | symbol
  /** Undefined: only tagged or with transitions, no task by itself. */
  weight?: number
  /** Where it stands in the file, if that can be known: see `inOrder`. */
  order?: number
  /** Decorators of static methods, methods, static fields and fields are applied in this order, wherever they are written. */
  group: string
  tags: readonly string[]
  /** Where a Markov chain goes from here: member names and weights. */
  transitions?: Map<string, number>
}

/** What is looked at of a decorator's context; said so plainly, it takes any class's and any method's. */
export interface MemberContext {
  readonly kind: 'method' | 'getter' | 'setter' | 'field' | 'accessor'
  readonly name: string | symbol
  readonly static: boolean
  readonly private: boolean
  readonly metadata: DecoratorMetadataObject
}

/**
 * How the experimental decorators of TypeScript are called. The types allow it, for an editor that takes a folder's
 * `experimentalDecorators` for the load file's; katydid compiles load files with the standard ones, whatever a tsconfig says.
 */
export type LegacyMember = [holder: object, name: string | symbol, method?: PropertyDescriptor]

/**
 * @internal What a standard decorator is given.
 *
 * @throws KatydidError LOAD_FILE for a legacy call, from a file that something else has compiled
 */
export function standardContext<Context = MemberContext>(given: unknown, decorator: string): Context {
  if (typeof given === 'object' && given !== null) return given as Context
  const hint =
    'katydid uses standard decorators: remove experimentalDecorators from the tsconfig.json or the tool that compiles this file'
  throw new KatydidError('LOAD_FILE', `${decorator} was called as a legacy (experimental) decorator`, { hint })
}

/** @internal Any class, concrete or abstract, or a function. */
export interface AnyClass {
  readonly name: string
  readonly prototype: object
  readonly [Symbol.metadata]?: DecoratorMetadataObject | null
}

const membersKey = Symbol.for('katydid.members')
const tagsKey = Symbol.for('katydid.tags')
type Metadata = DecoratorMetadataObject & { [key: symbol]: unknown }

/** @internal The declaration of a decorated member, made by the first of its decorators. */
export function declarationOf(context: MemberContext): Declaration {
  const metadata = context.metadata as Metadata
  if (!Object.hasOwn(metadata, membersKey)) metadata[membersKey] = new Map<string | symbol, Declaration>()
  const members = metadata[membersKey] as Map<string | symbol, Declaration>
  let declaration = members.get(context.name)
  if (!declaration) {
    const group = `${context.static ? 'static ' : ''}${context.kind === 'method' ? 'method' : 'field'}`
    members.set(context.name, (declaration = { name: context.name, tags: [], group }))
  }
  return declaration
}

/** @internal Declarations of a class with those it inherits; a member declared again keeps its place and takes what is said anew. */
export function declarationsOf(holder: AnyClass): Declaration[] {
  const merged = new Map<string | symbol, Declaration>()
  for (const metadata of lineage(holder))
    for (const declaration of ownInOrder(metadata)) {
      const { name } = declaration
      const inherited = merged.get(name)
      merged.set(name, inherited ? { ...inherited, ...declaration, tags: union(inherited, declaration) } : declaration)
    }
  return [...merged.values()]
}

/**
 * As they are written, where that can be known: `@task(2)` is called in the order of the file, a bare `@task` is not called before
 * it is applied, which is methods first.
 */
function ownInOrder(metadata: Metadata): Declaration[] {
  const declared = [...(own<Map<string | symbol, Declaration>>(metadata, membersKey)?.values() ?? [])]
  if (declared.some(({ order, weight }) => weight !== undefined && order === undefined)) return declared
  return declared.sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
}

/** @internal Whether a class has tasks whose order in the file cannot be known. */
export function hasUnclearOrder(holder: AnyClass): boolean {
  return lineage(holder).some((metadata) => {
    const tasks = ownInOrder(metadata).filter(({ weight }) => weight !== undefined)
    return new Set(tasks.map(({ group }) => group)).size > 1 && tasks.some(({ order }) => order === undefined)
  })
}

function union(a: Declaration, b: Declaration): string[] {
  return [...new Set([...a.tags, ...b.tags])]
}

/** Tags on a whole class, or on a plain function: they hold for all tasks in it. */
const functionTags = new WeakMap<object, readonly string[]>()

/** @internal */
export function tagClass(metadata: DecoratorMetadataObject, tags: readonly string[]): void {
  const target = metadata as Metadata
  target[tagsKey] = [...(own<string[]>(target, tagsKey) ?? []), ...tags]
}

/** @internal */
export function tagFunction(target: AnyClass, tags: readonly string[]): void {
  functionTags.set(target, [...(functionTags.get(target) ?? []), ...tags])
}

/** @internal */
export function tagsOf(target: AnyClass): readonly string[] {
  const tags = [...(functionTags.get(target) ?? [])]
  for (const metadata of lineage(target)) tags.push(...(own<string[]>(metadata, tagsKey) ?? []))
  return tags
}

/** The metadata of a class and its ancestors, ancestors first. */
function lineage(holder: AnyClass): Metadata[] {
  const found: Metadata[] = []
  for (
    let metadata = holder[Symbol.metadata] as Metadata | null | undefined;
    metadata && metadata !== Object.prototype;
    metadata = Object.getPrototypeOf(metadata) as Metadata | null
  )
    found.unshift(metadata)
  return found
}

function own<T>(metadata: Metadata, key: symbol): T | undefined {
  return Object.hasOwn(metadata, key) ? (metadata[key] as T) : undefined
}

/** @internal A task's weight, checked: 0 switches the task off. */
export function taskWeight(weight: unknown, where: string): number {
  if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight
  throw new KatydidError('LOAD_FILE', `The weight of ${where} is ${String(weight)}`, {
    hint: 'use a number, 0 or more. A task with weight 2 runs twice as often as one with weight 1; weight 0 switches it off',
  })
}
