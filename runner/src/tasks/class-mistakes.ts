import { StopTest } from '../environment/control-flow.ts'
import { bare, type ClassKind, classWords, otherWords, type Word } from './class-words.ts'
import { type AnyClass, declarationsOf } from './declarations.ts'
import { HttpUser } from './http-user.ts'
import { LoadShape } from './load-shape.ts'
import { MarkovTaskSet } from './markov-task-set.ts'
import { SequentialTaskSet } from './sequential-task-set.ts'
import { shownValue } from './shown-value.ts'
import { TaskSet } from './task-set.ts'
import { User } from './user.ts'

const ownClasses: ReadonlySet<unknown> = new Set([
  ...[User, HttpUser, TaskSet, SequentialTaskSet, MarkovTaskSet, LoadShape],
  ...[Function.prototype, null],
])
const ofEveryClass = new Set(['name', 'length', 'prototype', 'constructor', 'arguments', 'caller'])

/** A member as it was found: where, and its value if that can be known without running anything. */
interface Member {
  name: string
  place: Word['place']
  descriptor: PropertyDescriptor
}

/**
 * What a class says that nobody would hear: words of Locust, words in the wrong place, words with a slip in them, and values that
 * cannot be meant. A sentence each, with the name that the file has for it. A load that runs without what its file says is worse
 * than none.
 */
export function classMistakes(kind: ClassKind, someClass: AnyClass, name = someClass.name): string[] {
  const members: Member[] = []
  for (let at = someClass; !ownClasses.has(at); at = Object.getPrototypeOf(at)) {
    members.push(...membersOf(at, 'static'))
    members.push(...membersOf(at.prototype, 'instance'))
  }
  return mistakesIn(kind, someClass, name, members)
}

/** The same of the fields that an instance has of its own. */
export function instanceMistakes(kind: ClassKind, instance: object): string[] {
  const someClass = instance.constructor as AnyClass
  return mistakesIn(kind, someClass, someClass.name, membersOf(instance, 'instance'))
}

function membersOf(holder: object, place: Word['place']): Member[] {
  return Object.entries(Object.getOwnPropertyDescriptors(holder))
    .filter(([name]) => !ofEveryClass.has(name))
    .map(([name, descriptor]) => ({ name, place, descriptor }))
}

function mistakesIn(kind: ClassKind, someClass: AnyClass, called: string, members: readonly Member[]): string[] {
  const said = new Set(members.map(({ name }) => name))
  const tasks = new Set(declarationsOf(someClass).map(({ name }) => name))
  return members.flatMap((member) => {
    const { name } = member
    const wrong =
      Object.hasOwn(classWords[kind], name) && classWords[kind][name]
        ? misused(member, classWords[kind][name])
        : (foreign(kind, name) ?? (tasks.has(name) ? undefined : slip(kind, member, said)))
    return wrong === undefined ? [] : [`${called} ${wrong}`]
  })
}

/** A word in the wrong place, or with a value that it cannot have. */
function misused({ name, place, descriptor }: Member, word: Word): string | undefined {
  if (place !== word.place) {
    const [has, write] = place === 'static' ? ['static ', 'without static'] : ['', 'static']
    const what = place === 'static' ? 'it belongs to each instance' : 'it belongs to the class'
    return `has ${has}${name}, and ${what}: write it ${write}, ${word.example}`
  }
  const isValue = 'value' in descriptor
  if (!isValue || word.takes(descriptor.value) || descriptor.value === undefined) return undefined
  // checked where they are read, with more to say
  if (['weight', 'fixedCount', 'tasks'].includes(name)) return undefined
  return `has ${name} = ${shownValue(descriptor.value)}: write ${word.example}`
}

/** A word of Locust's, or one of ours in another style. */
function foreign(kind: ClassKind, name: string): string | undefined {
  if (isConstant(name)) return undefined
  const plain = bare(name)
  const advice = Object.hasOwn(otherWords[kind], plain) ? otherWords[kind][plain] : undefined
  if (advice !== undefined) return `has ${name}, which katydid does not know: write ${advice}`
  const [meant, word] = Object.entries(classWords[kind]).find(([known]) => bare(known) === plain) ?? []
  return word && `has ${name}: katydid calls it ${meant}, ${word.example}`
}

/** `HOST` is somebody's constant. */
function isConstant(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name)
}

/** A word that was mistyped: one letter too many or too few, or two swapped, in its place and with such a value as it has. */
function slip(kind: ClassKind, { name, place, descriptor }: Member, said: ReadonlySet<string>): string | undefined {
  const found = Object.entries(classWords[kind]).find(
    ([known, word]) =>
      word.place === place &&
      !said.has(known) &&
      descriptor.value !== undefined &&
      word.takes(descriptor.value) &&
      isSlip(bare(name), bare(known)),
  )
  return found && `has ${name}, which katydid does not know: did you mean ${found[0]}? ${found[1].example}`
}

function isSlip(typed: string, meant: string): boolean {
  const [short, long] = typed.length < meant.length ? [typed, meant] : [meant, typed]
  if (long.length < 5 || long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1)
  return short.slice(at) === `${long[at + 1]}${long[at]}${long.slice(at + 2)}`
}

/** By class: what its first instance showed. */
const known = new WeakMap<object, string | null>()

/**
 * Ends the run as broken where an instance of the load file has fields that say something nobody would hear: what is in a field is
 * known only once there is an instance, and making one beforehand might take a row of a feed.
 */
export function demandWords(kind: ClassKind, instance: object): void {
  let mistake = known.get(instance.constructor)
  if (mistake === undefined) {
    mistake = instanceMistakes(kind, instance).join('; ') || null
    known.set(instance.constructor, mistake)
  }
  if (mistake !== null) throw new StopTest(mistake, 'broken')
}
