import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const marker = (name: string) => `<!-- katydid load test: ${name} -->`
/** GitHub's BigInt is a text; `databaseId` is an Int, which ends at 2^31. */
const comment = (id: number, body: string, viewerDidAuthor = true) => ({
  fullDatabaseId: String(id),
  body,
  viewerDidAuthor,
})
const page = (nodes: object[]) =>
  JSON.stringify({ data: { repository: { pullRequest: { comments: { nodes, pageInfo: { hasNextPage: false } } } } } })

interface Situation {
  event?: object
  /** As many documents as there are pages. */
  comments?: object[][]
  env?: Record<string, string>
  /** What the run said last. */
  text?: string
  gh?: string
}

async function comments({ event, comments: pages = [[]], env, text = 'FAILED\n', gh = '' }: Situation = {}) {
  const fakes = new Fakes(
    {
      gh: `[ "$GH_TOKEN" = hush ] || exit 4
${gh}
case $* in
*graphql*) cat pages ;;
*) for each in "$@"; do case $each in body=@*) cp "\${each#body=@}" body ;; esac; done; echo https://github.test/comment ;;
esac`,
    },
    {
      GH_TOKEN: 'hush',
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_EVENT_PATH: 'event',
      GITHUB_RUN_ID: '7',
      GITHUB_OUTPUT: 'outputs',
      GITHUB_STEP_SUMMARY: 'summary',
      ...env,
    },
  )
  fakes.write('event', JSON.stringify(event ?? { pull_request: { number: 12, head: { sha: 'abc123' } } }))
  fakes.write('pages', pages.map(page).join('\n'))
  const verdict = { outcome: 'failed', exitCode: 1, findings: [] }
  fakes.write('results/result.json', JSON.stringify({ verdict, totals: { requests: 20 } }, null, 2))
  fakes.write('results/verdict.txt', text)
  const { exitCode, stdout, stderr } = await fakes.run('ci-comment', 'results', '1')
  assert.equal(exitCode, 0, stderr)
  return { fakes, said: stdout, body: fakes.read('body') }
}

describe('ci-comment', { concurrency: 4 }, () => {
  test('the summary is a comment of the pull request, and nothing else of the step is touched', async () => {
    const { fakes, said, body } = await comments({ comments: [[comment(1, 'Looks good')]] })
    assert.match(fakes.calls, /gh api --method POST repos\/shop\/web\/issues\/12\/comments --field body=@/)
    assert.match(fakes.calls, /graphql .*owner=shop .*name=web .*number=12/s)
    const lines = body.split('\n')
    assert.deepEqual(lines.slice(0, 2), [marker('load'), '### Load test: failed'])
    assert.match(body, /\*\*FAILED — 20 requests\*\*/)
    assert.match(
      body,
      /^`load` of abc123, in \[this workflow run\]\(https:\/\/github\.com\/shop\/web\/actions\/runs\/7\)$/m,
    )
    assert.equal(said, 'https://github.test/comment\n')
    assert.deepEqual([fakes.read('summary'), fakes.read('outputs')], ['', ''])
  })

  test('a later run changes the comment of its load test, on whatever page it is', async () => {
    const pages = [
      [comment(1, 'Looks good'), comment(2, `${marker('checkout')}\nof another load test`)],
      [comment(3, `cited: ${marker('load')}`), comment(3_000_000_004, `${marker('load')}\nthe last run`)],
    ]
    const { fakes } = await comments({ comments: pages })
    assert.match(fakes.calls, /gh api --method PATCH repos\/shop\/web\/issues\/comments\/3000000004 /)
    assert.match(fakes.calls, /nodes \{ fullDatabaseId body viewerDidAuthor \}/)
    assert.doesNotMatch(fakes.calls, /POST/)
    const other = await comments({ comments: pages, env: { KATYDID_NAME: 'checkout' } })
    assert.match(other.fakes.calls, /PATCH repos\/shop\/web\/issues\/comments\/2 /)
    assert.ok(other.body.startsWith(marker('checkout')))
  })

  test('a comment of somebody else stays theirs, though it has the mark', async () => {
    const { fakes } = await comments({ comments: [[comment(5, `${marker('load')}\npassed!`, false)]] })
    assert.match(fakes.calls, /POST/)
    assert.doesNotMatch(fakes.calls, /PATCH/)
  })

  for (const [what, event] of [
    ['a push', { ref: 'refs/heads/main' }],
    ['a schedule', { schedule: '0 * * * *' }],
    ['a comment on an issue', { issue: { number: 3 } }],
  ] as const)
    test(`${what} is about no pull request: a notice, and GitHub is not asked`, async () => {
      const { fakes, said } = await comments({ event })
      assert.equal(said, '::notice title=Load test::no comment: this workflow run does not belong to a pull request\n')
      assert.equal(fakes.calls, '')
    })

  test('a comment on a pull request is about it', async () => {
    const { fakes, body } = await comments({ event: { issue: { number: 3, pull_request: { url: 'a' } } } })
    assert.match(fakes.calls, /POST repos\/shop\/web\/issues\/3\/comments/)
    assert.match(body, /^`load`, in \[this workflow run\]/m)
  })

  for (const [what, gh] of [
    ['read', 'exit 1'],
    ['written', 'case $* in *POST*) echo "HTTP 403" >&2; exit 1 ;; esac'],
  ] as const)
    test(`comments that may not be ${what}: a warning, and the step goes on`, async () => {
      const { said } = await comments({ gh })
      assert.match(said, /^::warning title=Load test::no comment: GitHub refused it.*pull-requests: write.*fork/)
    })

  test('a name that would end what hides it is refused', async () => {
    const { fakes, said } = await comments({ env: { KATYDID_NAME: 'a--> <b>' } })
    assert.match(said, /^::warning .*is not a valid name of a load test/)
    assert.equal(fakes.calls, '')
  })

  test('names with @ and # name nobody and no issue', async () => {
    const { body } = await comments({ text: 'GET /@shop/admins: 404, see #12\n' })
    assert.ok(body.includes('GET /@&#8203;shop/admins: 404, see #&#8203;12'), body)
    assert.match(body, /^### Load test: failed$/m)
  })

  test('what is longer than a comment may be is cut, and says so', async () => {
    const text = `${'<'.repeat(290)}\n`.repeat(80)
    const { body } = await comments({ text })
    assert.ok(body.length < 65_536, `${body.length}`)
    assert.match(body, /… and more, on the page of the workflow run\./)
    assert.doesNotMatch(body, /<details>/)
    assert.match(body, /in \[this workflow run\]/)
  })
})
