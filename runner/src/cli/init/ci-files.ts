import type { PackageManager } from './package-manager.ts'
import type { Target } from './target.ts'

interface CiOptions {
  /** From the repository's top folder to the load test; empty where they are the same. */
  readonly folder: string
  readonly target: Target
  readonly packageManager: PackageManager
}

const about = (
  what: string,
) => `# Runs load-test.ts with the load of smoke.yaml on the machine of the job. katydid ends with the verdict: 0 passed,
# 1 failed, 2 the run cannot be trusted. So the ${what} fails unless the run passed.`

/** Of the actions that the workflow uses: the commit, and its version. */
const actions = {
  checkout: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  node: 'actions/setup-node@6044e13b5dc448c55e2357c09f80417699197238 # v6.2.0',
  upload: 'actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0',
}

/** .github/workflows/load-test.yml */
export function githubWorkflow({ folder, target, packageManager }: CiOptions): string {
  const step = (command: string) => `      - run: ${command}\n`
  const shop = target.isDemo
    ? `      # the demo shop; remove this step when load.host of smoke.yaml is a URL of yours
      - run: |
${startShop(packageManager)
  .map((command) => `          ${command}\n`)
  .join('')}`
    : ''
  const host = '{ description: "URL of the target; default: load.host of smoke.yaml", type: string }'
  return `name: Load test
${about('job')}

on:
  workflow_dispatch: # by hand
    inputs:
      host: ${host}
  workflow_call: # from the workflow that deploys: uses: ./.github/workflows/load-test.yml
    inputs:
      host: ${host}
  schedule:
    - cron: "23 3 * * *" # each night

permissions:
  contents: read

jobs:
  load-test:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
${folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${scalar(folder)}\n`}    steps:
      - uses: ${actions.checkout}
        with:
          persist-credentials: false
      - uses: ${actions.node}
        with:
          node-version: "24"
${packageManager.ci.map(step).join('')}${shop}      - run: ${packageManager.run} load
        env:
          KATYDID_HOST: \${{ inputs.host }}
      - uses: ${actions.upload}
        if: always()
        with:
          name: load-test
          path: ${scalar(folder === '' ? 'results/' : `${folder}/results/`)}
`
}

/** .gitlab-ci.yml, or a file that it includes. */
export function gitlabPipeline({ folder, target, packageManager }: CiOptions): string {
  const line = (command: string) => `    - ${command}\n`
  const before = [...(folder === '' ? [] : [`cd ${scalar(folder)}`]), ...packageManager.ci]
  const shop = target.isDemo
    ? `    # the demo shop; remove these two lines when load.host of smoke.yaml is a URL of yours\n${startShop(packageManager).map(line).join('')}`
    : ''
  const results = folder === '' ? 'results' : `${folder}/results`
  return `${about('pipeline')}
# It runs by hand (Build > Pipelines > New pipeline) and by a schedule. The variable KATYDID_HOST goes before load.host of smoke.yaml.

load-test:
  stage: test # one of your stages
  image: node:24
  timeout: 15 minutes
  rules:
    - if: $CI_PIPELINE_SOURCE == "web" || $CI_PIPELINE_SOURCE == "schedule"
  script:
${before.map(line).join('')}${shop}    - ${packageManager.run} load
  artifacts:
    when: always
    paths: [${scalar(`${results}/`)}]
    reports:
      junit: ${scalar(`${results}/junit.xml`)}
`
}

/** Two commands of a shell: the shop in the background, and a wait until it answers. */
function startShop({ exec }: PackageManager): string[] {
  return [
    `${exec} katydid target &`,
    'curl --silent --show-error --output /dev/null --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/',
  ]
}

function scalar(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text)
}
