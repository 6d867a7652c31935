/** What a class of a load file can be: which words it knows depends on it. */
export type ClassKind = 'user' | 'task set' | 'shape'

/** A member that katydid looks for. */
export interface Word {
  /** Of the class itself, or of each instance (a field, method or getter). */
  place: 'static' | 'instance'
  /** Whether a value can be meant by it. */
  takes(value: unknown): boolean
  /** How to write it. */
  example: string
}

const isFunction = (value: unknown) => typeof value === 'function'
const isNumber = (value: unknown) => typeof value === 'number'
const isList = (value: unknown) => typeof value === 'object' && value !== null

const tasks: Word = { place: 'static', takes: isList, example: 'static tasks = { browse: 3, buy: 1 }' }
const lifetime: Record<string, Word> = {
  waitTime: { place: 'instance', takes: isFunction, example: 'waitTime = between(1, 5)' },
  onStart: { place: 'instance', takes: isFunction, example: 'async onStart() { … }' },
  onStop: { place: 'instance', takes: isFunction, example: 'async onStop() { … }' },
}

/** The words of each kind of class, by their names. */
export const classWords: Record<ClassKind, Readonly<Record<string, Word>>> = {
  user: {
    ...lifetime,
    context: { place: 'instance', takes: isFunction, example: 'context() { return { … } }' },
    tasks,
    weight: { place: 'static', takes: isNumber, example: 'static weight = 3' },
    fixedCount: { place: 'static', takes: isNumber, example: 'static fixedCount = 1' },
    host: {
      place: 'static',
      takes: (value) => typeof value === 'string' || value === undefined,
      example: "static host = 'http://localhost:8000'",
    },
    abstract: { place: 'static', takes: (value) => typeof value === 'boolean', example: 'static abstract = true' },
  },
  'task set': { ...lifetime, tasks },
  shape: {
    tick: { place: 'instance', takes: isFunction, example: 'tick() { return [users, spawnRate] }' },
    resetTime: { place: 'instance', takes: isFunction, example: 'this.resetTime()' },
    abstract: { place: 'static', takes: (value) => typeof value === 'boolean', example: 'static abstract = true' },
    useCommonOptions: {
      place: 'static',
      takes: (value) => typeof value === 'boolean',
      example: 'static useCommonOptions = true',
    },
  },
}

const wait = 'waitTime = between(1, 5), in seconds'
const sets = 'static tasks = [Forum], or @task on a field whose value is the class'
const classesOfTick = 'return [users, spawnRate, [Shopper]] from tick()'

/** What Locust has, or had, and katydid has under no similar name: what to write instead. Names are as `bare` makes them. */
export const otherWords: Record<ClassKind, Readonly<Record<string, string>>> = {
  user: { minwait: wait, maxwait: wait, waitfunction: wait, taskset: sets, usetasks: sets },
  'task set': {
    ...{ minwait: wait, maxwait: wait, waitfunction: wait, taskset: sets },
    weight: '@task(3) on the field that holds the task set, or its weight in static tasks',
    fixedcount: 'static fixedCount on the user class',
  },
  shape: { userclasses: classesOfTick },
}

/** A name without what differs between the styles of languages: `wait_time`, `WaitTime` and `waittime` are one. */
export function bare(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}
