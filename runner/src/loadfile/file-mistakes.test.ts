import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { loadInline } from './inline-files.fixture.ts'

const all =
  "import { between, constant, HttpUser, LoadShape, SequentialTaskSet, tag, task, TaskSet, User } from 'katydid'\n"

/** What is wrong with a load file, a line each. */
async function mistakesIn(source: string): Promise<string[]> {
  try {
    await loadInline({ 'load.ts': all + source })
    return []
  } catch (error) {
    if (!(error instanceof KatydidError)) throw error
    if (error.hint && / mistakes$/.test(error.message)) return error.hint.split('\n')
    return [error.message.replace(/^\S*load\.ts: /, '')]
  }
}

const user = (members: string) => `export class Shopper extends HttpUser { ${members}\n@task browse() {} }`
const shape = (members: string) =>
  `${user('')} export class Steps extends LoadShape { ${members}\ntick() { return null } }`

describe('what a load file says and nobody would hear is refused, with the right word', () => {
  const rows: [source: string, ...told: RegExp[]][] = [
    [user('static wait_time = constant(1)'), /^Shopper has wait_time: katydid calls it waitTime, waitTime = between/],
    [
      user('static waitTime = constant(1)'),
      /^Shopper has static waitTime, and it belongs to each instance: write it without static/,
    ],
    [user('static waittime = constant(1)'), /katydid calls it waitTime/],
    [user('wait_time() { return 1 }'), /katydid calls it waitTime/],
    [user('get wait_time() { return 1 }'), /katydid calls it waitTime/],
    [user('async on_start() {}'), /^Shopper has on_start: katydid calls it onStart, async onStart/],
    [user('onstart() {}'), /katydid calls it onStart/],
    [user('OnStart() {}'), /katydid calls it onStart/],
    [user('on_stop() {}'), /katydid calls it onStop/],
    [user('static onStop() {}'), /has static onStop, and it belongs to each instance/],
    [user('static fixed_count = 2'), /katydid calls it fixedCount, static fixedCount = 1/],
    [user('fixedCount() { return 1 }'), /^Shopper has fixedCount, and it belongs to the class: write it static/],
    [user('get weight() { return 3 }'), /it belongs to the class: write it static, static weight = 3/],
    [user('static min_wait = 1000'), /^Shopper has min_wait, which katydid does not know: write waitTime = between/],
    [user('static maxWait = 1000'), /has maxWait, .* waitTime = between\(1, 5\), in seconds/],
    [user('wait_function() {}'), /has wait_function, .* waitTime/],
    [user('static task_set = class extends TaskSet {}'), /has task_set, .* static tasks = \[Forum\]/],
    [user('static abstract_ = true'), /has abstract_: katydid calls it abstract/],
    [user("static abstract = 'yes'"), /^Shopper has abstract = 'yes': write static abstract = true/],
    [user('static host = 80'), /^Shopper has host = 80: write static host/],
    [user('onStart = 5 as never; static onStart = 5'), /has static onStart/],
    [user('static wieght = 3'), /has wieght, .* did you mean weight\?/],
    [user('static task = { browse: 1 }'), /has task, .* did you mean tasks\?/],
    [user('onStrat() {}'), /has onStrat, .* did you mean onStart\?/],
    [user('onStar() {}'), /did you mean onStart\?/],
    [user('static fixedCuont = 3'), /did you mean fixedCount\?/],
    [user('static wait_time = constant(1); on_start() {}'), /wait_time/, /on_start/],
    [`class Base extends HttpUser { on_start() {} } ${user('').replace('HttpUser', 'Base')}`, /^Shopper has on_start/],
    [`${user('')} export class Forum extends TaskSet { static min_wait = 5; @task a() {} }`, /^Forum has min_wait/],
    [user('static tasks = [class Forum extends TaskSet { on_start() {} @task a() {} }]'), /^\w+ has on_start/],
    [
      user('@task static Forum = class Forum extends SequentialTaskSet { static weight = 3; @task a() {} }'),
      /^Forum has weight, which katydid does not know: write @task\(3\)/,
    ],
    [shape('Tick() {}'), /^Steps has Tick: katydid calls it tick/],
    [shape('static tick() {}'), /^Steps has static tick, and it belongs to each instance/],
    [shape('static user_classes = [1]'), /has user_classes, .* return \[users, spawnRate, \[Shopper\]\] from tick/],
    [shape('static use_common_options = true'), /katydid calls it useCommonOptions/],
    [shape('use_common_options() {}'), /katydid calls it useCommonOptions/],
    [shape('reset_time() {}'), /katydid calls it resetTime/],
    [`${user('')} // @ts-ignore\nexport class Steps extends LoadShape {}`, /^Steps has no tick\(\)/],
    [`${user('')} export default function () {}`, /^export default is a function, as in k6/],
    [`${user('')} export default async () => {}`, /^export default is a function, as in k6/],
    [`${user('')} export const options = { vus: 10, duration: '30s' }`, /^export options with vus, duration is for k6/],
    [`${user('')} export function handleSummary() {}`, /handleSummary is a function that katydid does not call/],
    [
      `${user('')} export async function setUp() {}`,
      /^export setUp is a function that katydid does not call: rename it to setup/,
    ],
    [`${user('')} export const tear_down = async () => {}`, /rename it to teardown/],
    [`${user('')} export function on_test_start() {}`, /events\.testStart\.addListener/],
    [`${user('')} export function testStop() {}`, /events\.testStop\.addListener/],
    [`${user('')} export const Params = { a: 1 }`, /^katydid does not read export Params: write export const params/],
  ]
  for (const [source, ...told] of rows)
    test(source.replaceAll('\n', ' '), async () => {
      const found = await mistakesIn(source)
      assert.equal(found.length, told.length, found.join('\n'))
      for (const [index, pattern] of told.entries()) assert.match(found[index] as string, pattern)
    })
})

describe('what is somebody’s own is not', () => {
  const rows = [
    user(
      'waitTime = between(1, 2); onStart() {} onStop() {} context() { return {} } static weight = 2; static fixedCount = 0',
    ),
    user(
      "static host = 'http://a'; static HOST = 'b'; static WEIGHT = 1; static hosts = ['a']; static weights = { a: 1 }",
    ),
    user(
      'height = 3; static height() {} content() {} post() {} onStep() {} onShop() {} helper() {} async setup() {} options = 1',
    ),
    user('static tasksDone = 0; static taskNames = []; waiting = false; count = 1; abstractOf() {}'),
    shape('static abstract = false; users = 10; spawnRate = 2; spawn_rate = 3; timeLimit = 600; stages = []'),
    shape('static useCommonOptions = true; runTimeLimit = 5; ticks = 0'),
    `${user('')} class Base extends LoadShape { static abstract = true } export class Up extends Base { tick = () => null }`,
    `${user('')} export function helper() {} export const options = { retries: 3 }\nexport default class extends User { @task a() {} }`,
    `${user('')} export function init() {} export class Forum extends TaskSet { @task @tag('x') wait() {} }`,
  ]
  for (const source of rows)
    test(source, async () => {
      assert.deepEqual(await mistakesIn(source), [])
    })
})

test('a class of weight 0 is switched off, a fixed count brings it back', async () => {
  const { userClasses, switchedOff } = await loadInline({
    'load.ts': `${all}${user('')}
export class Off extends User { static weight = 0; @task a() {} }
export class Fixed extends User { static weight = 0; static fixedCount = 2; @task a() {} }
export class Idle extends User { @task(0) a() {} }`,
  })
  assert.deepEqual([...userClasses.keys()].sort(), ['Fixed', 'Shopper'])
  assert.deepEqual(switchedOff, ['Off'])
  await assert.rejects(
    loadInline({
      'load.ts': `${all}export class Off extends User { static weight = 0; @task a() {} }
export class Idle extends User { @task(0) a() {} }`,
    }),
    {
      hint: /Idle: a user class whose tasks all have weight 0\nOff: a user class with static weight = 0: it has no users/,
    },
  )
})
