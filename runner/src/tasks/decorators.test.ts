import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { TagFilter } from '../environment/tag-filter.ts'
import { testRun } from '../environment/test-run.fixture.ts'
import { constructUser } from './construction.ts'
import { constructTaskSet, type TaskHolder } from './task-set.ts'
import { nextTask } from './task-table.ts'
import { TaskTables } from './task-tables.ts'
import type { UserClass } from './user.ts'
import { classesWithTasks, findUserClasses } from './user-classes.ts'

const folder = await mkdtemp(join(tmpdir(), 'katydid-decorators-'))
after(() => rm(folder, { recursive: true }))
let files = 0

/** Compiles as load files are: TypeScript with standard decorators, by esbuild. */
async function compile(source: string, experimentalDecorators = false): Promise<Record<string, UserClass>> {
  const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const imports = `
    import { task } from ${from('./decorators.ts')}
    import { tag } from ${from('./decorators.ts')}
    import { transition, transitions } from ${from('./decorators.ts')}
    import { User } from ${from('./user.ts')}
    import { TaskSet } from ${from('./task-set.ts')}
    import { SequentialTaskSet } from ${from('./sequential-task-set.ts')}
    import { MarkovTaskSet } from ${from('./markov-task-set.ts')}
  `
  const { code } = await transform(imports + source, {
    loader: 'ts',
    target: 'es2022',
    tsconfigRaw: { compilerOptions: { experimentalDecorators } },
  })
  const file = join(folder, `load-${++files}.mjs`)
  await writeFile(file, code)
  return import(pathToFileURL(file).href)
}

function tasks(userClass: UserClass | undefined, filter?: TagFilter): Record<string, number> {
  const user = constructUser(userClass as UserClass, testRun().runtime)
  const { entries } = new TaskTables(filter).of(user)
  return Object.fromEntries(entries.map(({ name, weight }) => [name, weight]))
}

test('@task with and without a weight, on methods, fields and static fields', async () => {
  const { Shopper } = await compile(`
    class Forum extends TaskSet { @task read() {} }
    export class Shopper extends User {
      @task browse() {}
      @task() look() {}
      @task(2.5) async buy() {}
      @task(4) Forum = Forum
      @task(5) static Cart = class extends TaskSet { @task add() {} }
      helper() {}
    }`)
  assert.deepEqual(tasks(Shopper), { browse: 1, look: 1, buy: 2.5, Forum: 4, Cart: 5 })
})

test('subclasses inherit tasks, override them in place, and add their own', async () => {
  const { Base, Sub, Plain } = await compile(`
    export class Base extends User { @task(1) a() { return 'base' } @task(2) b() {} }
    export class Sub extends Base { @task(7) b() {} @task(3) c() {} a() { return 'sub' } }
    export class Plain extends Base {}`)
  assert.deepEqual(tasks(Base), { a: 1, b: 2 })
  assert.deepEqual(tasks(Sub), { a: 1, b: 7, c: 3 })
  assert.deepEqual(tasks(Plain), { a: 1, b: 2 })
})

test('static tasks: a record, an array, a Map; beside decorators; overriding', async () => {
  const { ByName, ByList, ByMap, Both } = await compile(`
    class Forum extends TaskSet { @task read() {} }
    function lonely() {}
    export class ByName extends User { static tasks = { a: 3, Forum: 0.5 }; Forum = Forum; a() {} }
    export class ByList extends User { static tasks = [lonely, Forum, ['a', 4]]; a() {} }
    export class ByMap extends User { static tasks = new Map([[lonely, 2], [Forum, 1]]) }
    export class Both extends ByName { static tasks = { a: 9 }; @task b() {} }`)
  assert.deepEqual(tasks(ByName), { a: 3, Forum: 0.5 })
  assert.deepEqual(tasks(ByList), { lonely: 1, Forum: 1, a: 4 })
  assert.deepEqual(tasks(ByMap), { lonely: 2, Forum: 1 })
  assert.deepEqual(tasks(Both), { b: 1, a: 9, Forum: 0.5 })
})

test('mistakes are named', async () => {
  const mistakes: [string, string][] = [
    ['@task(Infinity) a() {}', 'The weight of task a is Infinity'],
    ['@task(-1) a() {}', 'The weight of task a is -1'],
    ['@task(NaN) a() {}', 'The weight of task a is NaN'],
    ["@task('3') a() {}", 'The weight of task a is 3'],
    ['@task onStart() {}', '@task is on onStart, which is not a task: katydid calls it itself'],
    ['@task get a() { return 1 }', '@task is on a, a getter'],
    ['@task #a() {}', '@task is on #a, which is private'],
    ['@tag() @task a() {}', '@tag needs at least one name'],
  ]
  for (const [member, message] of mistakes)
    await assert.rejects(compile(`export class A extends User { ${member} }`), { name: 'KatydidError', message })
  const { Typo, NoSet, Weight } = await compile(`
    export class Typo extends User { static tasks = { brwose: 1 }; browse() {} }
    export class NoSet extends User { @task(1) cart = 5 }
    export class Weight extends User { static tasks = { a: -1 }; a() {} }`)
  assert.throws(() => tasks(Typo), { message: 'Typo has the task brwose, which is not a member of the class' })
  assert.throws(() => tasks(NoSet), {
    message: 'NoSet has the task cart, which is number, neither a method nor a TaskSet',
  })
  assert.throws(() => tasks(Weight), { message: 'The weight of task a of Weight is -1' })
})

test('a weight of 0 switches a task off, also one that is inherited, and in a sequence', async () => {
  const { Shopper, Both, Steps, Off, Listed } = await compile(`
    export class Shopper extends User { @task(0) browse() {} @task look() {} @task(0) Forum = class extends TaskSet {} }
    export class Both extends Shopper { @task(0) look() {} @task(2) browse() {} }
    export class Steps extends SequentialTaskSet { @task(1) a() {} @task(0) b() {} @task(2) c() {} }
    export class Off extends User { @task(0) a() {} }
    export class Listed extends User { static tasks = [['a', 0], ['b', 2]]; a() {} b() {} }`)
  assert.deepEqual(tasks(Shopper), { look: 1 })
  assert.deepEqual(tasks(Both), { browse: 2 })
  assert.deepEqual(tasks(Listed), { b: 2 })
  assert.deepEqual(tasks(Off), {})
  const user = constructUser(Shopper as UserClass, testRun().runtime)
  const { sequence } = new TaskTables().of(constructTaskSet(Steps as never, user))
  assert.deepEqual(
    sequence.map(({ name }) => name),
    ['a', 'c', 'c'],
  )
})

const tagged = `
  class Forum extends TaskSet { @tag('read') @task read() {} @tag('write') @task post() {} }
  @tag('admin') class Admin extends TaskSet { @task ban() {} }
  export class Shopper extends User {
    @tag('read', 'fast') @task browse() {}
    @tag('write') @tag('slow') @task buy() {}
    @task plain() {}
    @task forum = Forum
    @tag('nested') @task all = Forum
    @task static admin = Admin
  }`

test('tags: kept with one of the included and none of the excluded; sets for what is left in them', async () => {
  const { Shopper } = await compile(tagged)
  const left = (included: string[], excluded: string[] = []) =>
    Object.keys(tasks(Shopper, new TagFilter(included, excluded))).join(' ')
  assert.equal(left([]), 'browse buy plain admin forum all')
  assert.equal(left(['read']), 'browse forum all')
  assert.equal(left(['fast', 'slow']), 'browse buy')
  assert.equal(left(['nested']), 'all')
  assert.equal(left(['admin']), 'admin')
  assert.equal(left([], ['read', 'write']), 'plain admin')
  assert.equal(left([], ['nested', 'admin']), 'browse buy plain forum')
  assert.equal(left(['read'], ['fast']), 'forum all')
})

test('tags reach into nested sets', async () => {
  const { Shopper } = await compile(tagged)
  const user = constructUser(Shopper as UserClass, testRun().runtime)
  const tables = new TaskTables(new TagFilter(['nested'], ['write']))
  const entry = tables.of(user).entries[0]
  const set = Object.create((user as unknown as { all: { prototype: TaskHolder } }).all.prototype)
  assert.deepEqual(
    tables.of(set, entry?.tags).entries.map(({ name }) => name),
    ['read'],
  )
})

test('user classes are exported, not abstract, have tasks, and keep some under the tags', async () => {
  const exports = await compile(`
    export class Base extends User { static abstract = true; @tag('x') @task a() {} }
    export class Shopper extends Base {}
    export class Empty extends User {}
    export class Other extends User { @task b() {} }
    export { Other as Alias }
    export const settings = {}
    export default class extends Base {}`)
  const classes = findUserClasses(exports)
  assert.deepEqual([...classes.keys()].sort(), ['Alias', 'Shopper', 'default'].sort())
  const { runtime } = testRun({ tags: new TagFilter(['x']) })
  assert.deepEqual([...classesWithTasks(classes, runtime).keys()].sort(), ['Shopper', 'default'])
  const none = testRun({ tags: new TagFilter(['y'], ['z']) })
  assert.throws(() => classesWithTasks(classes, none.runtime), { message: 'No task is left with -T y -E z' })
})

test('a sequential set keeps the order of the file, also of nested sets, or says that it cannot', async () => {
  const { Order, Unclear, Half } = await compile(`
    class Pay extends TaskSet { @task go() {} }
    export class Order extends SequentialTaskSet { @task() a() {} @task(2) pay = Pay; @task() b() {} @task() static c = Pay }
    export class Unclear extends SequentialTaskSet { @task a() {} @task(2) pay = Pay }
    export class Half extends SequentialTaskSet { @task(1.5) a() {} }`)
  const user = constructUser((await compile(tagged)).Shopper as UserClass, testRun().runtime)
  const table = (set: unknown) => new TaskTables().of(constructTaskSet(set as never, user))
  assert.deepEqual(
    table(Order).sequence.map(({ name }) => name),
    ['a', 'pay', 'pay', 'b', 'c'],
  )
  assert.throws(() => table(Unclear), { message: 'The order of the tasks of Unclear is not clear' })
  assert.throws(() => table(Half), { message: 'Task a of Half has weight 1.5' })
})

test('a Markov chain walks its transitions, from the first task declared', async () => {
  const user = constructUser((await compile(tagged)).Shopper as UserClass, testRun().runtime)
  const { Walk } = await compile(`export class Walk extends MarkovTaskSet {
      @transition('browse') index() {}
      @transitions({ index: 1, buy: 3 }) browse() {}
      @transitions(['index', ['buy', 0.5]]) buy() {}
    }`)
  const set = constructTaskSet(Walk as never, user)
  const table = new TaskTables().of(set)
  const steps = Array.from({ length: 4_000 }, () => set[nextTask](table).name)
  assert.equal(steps[0], 'index')
  const after = (name: string) => steps.filter((_, i) => steps[i - 1] === name)
  assert.ok(after('index').every((step) => step === 'browse'))
  const bought = after('browse').filter((step) => step === 'buy').length / after('browse').length
  assert.ok(bought > 0.7 && bought < 0.8, `${bought}`)
  assert.ok(after('buy').includes('buy') && after('buy').includes('index'))
})

test('a Markov chain that leads nowhere says so', async () => {
  const { Lost } = await compile(`export class Lost extends MarkovTaskSet { @transition('nowhere') index() {} }`)
  assert.throws(() => new TaskTables().of(Object.create((Lost as UserClass).prototype)), {
    message: 'Lost.index has a transition to nowhere, which has no transitions',
    hint: 'tasks with transitions are index',
  })
})

test('a file that something else has compiled with experimental decorators is refused', async () => {
  for (const [decorators, name] of [
    ['@task', '@task'],
    ['@task(2)', '@task'],
    ["@tag('slow')", '@tag'],
    ["@transition('buy')", '@transition'],
  ] as const)
    await assert.rejects(compile(`export class Shopper extends User { ${decorators} browse() {} }`, true), {
      message: `${name} was called as a legacy (experimental) decorator`,
      hint: /remove experimentalDecorators/,
    })
})

test('users and sets cannot be made by hand', async () => {
  const { Shopper } = await compile(tagged)
  assert.throws(() => new (Shopper as UserClass)(), {
    name: 'KatydidError',
    message: 'the load file creates a Shopper with new',
  })
})
