import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { KatydidError } from './errors.ts'
import { createLog, type LogOptions } from './log.ts'

async function logged(options: Partial<LogOptions>, write: (log: Awaited<ReturnType<typeof createLog>>) => void) {
  let text = ''
  const stream = { write: (part: string) => (text += part) }
  write(await createLog({ format: 'json', level: 'info', redact: [], stream, ...options }))
  return text
}

test('json: a line of JSON each, at once', async () => {
  const text = await logged({}, (log) => {
    log.info({ worker: 'w1' }, 'joined')
    log.debug('not this')
  })
  const { level, worker, msg } = JSON.parse(text)
  assert.deepEqual([level, worker, msg], [30, 'w1', 'joined'])
})

test('pretty: for people, without colours where there are none', async () => {
  const text = await logged({ format: 'pretty' }, (log) => {
    log.warn({ worker: 'w1' }, 'is slow')
    log.error({ err: new Error('boom') }, 'setup failed')
  })
  assert.match(text, /^\[\d\d:\d\d:\d\d\] WARN: is slow\n {4}worker: "w1"\n\[.*\] ERROR: setup failed\n/)
  assert.match(text, /boom\n\s+at /)
  assert.ok(!text.includes('\u001b'))
})

test('secrets are in no line, whatever is in them, and a line of JSON stays JSON', async () => {
  const secrets = ['plain-secret', 'with"quote\\and\nbreak', 'plain-secret-and-more']
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  for (const format of ['json', 'pretty'] as const) {
    const text = await logged({ format, redact: forms }, (log) => {
      for (const secret of secrets)
        log.error({ err: new Error(`refused ${secret}`), [secret]: { deep: [secret] } }, secret)
    })
    for (const form of forms) assert.ok(!text.includes(form), text)
    assert.ok(!text.includes('-and-more'), 'the longer secret goes before the one within it')
    if (format === 'json') for (const line of text.trimEnd().split('\n')) JSON.parse(line)
  }
})

test('the keys of a line are ours, also where a secret is one', async () => {
  const text = await logged({ format: 'json', redact: ['level', 'time', 'stack', 'message'] }, (log) =>
    log.error({ err: new Error('a message'), time: 1 }, 'this level'),
  )
  const { level, time, msg, err } = JSON.parse(text)
  assert.deepEqual(
    [level, typeof time, msg, err.message, typeof err.stack],
    [50, 'number', 'this [redacted]', 'a [redacted]', 'string'],
  )
})

test('levels as pino and as Locust call them; another is a mistake', async () => {
  for (const level of ['warn', 'WARNING', 'error', 'CRITICAL', 'silent', 'off'])
    assert.equal(await logged({ level }, (log) => log.info('no')), '', level)
  assert.match(await logged({ level: 'DEBUG' }, (log) => log.debug('yes')), /yes/)
  await assert.rejects(
    logged({ level: 'loud' }, () => {}),
    (error) => {
      assert.ok(error instanceof KatydidError)
      assert.deepEqual([error.code, error.message], ['USAGE', 'unknown log level "loud"'])
      return true
    },
  )
})

test('it goes to stderr, and is there when the process ends at once', () => {
  for (const format of ['json', 'pretty']) {
    const url = new URL('./log.ts', import.meta.url).href
    const program = `const { createLog } = await import(${JSON.stringify(url)})
      const log = await createLog({ format: '${format}', level: 'info', redact: [] })
      log.error('the last words'); process.exit(3)`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    assert.deepEqual([status, stdout], [3, ''])
    assert.match(stderr, /the last words/)
  }
})
