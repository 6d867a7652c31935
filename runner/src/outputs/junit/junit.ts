import type { RunFinish } from '../../facts/run.ts'
import type { Finding } from '../../facts/verdict.ts'
import type { RunPlan } from '../../plan/run-plan.ts'
import type { Redact } from '../../redact.ts'
import { verdictLine } from '../verdict-line.ts'
import { WholeFileOutput } from '../whole-file-output.ts'

/** `--junit FILE`: a test case for each threshold and for whatever else was wrong, for CI systems that show such files. */
export class JunitOutput extends WholeFileOutput {
  readonly name = 'junit'

  protected textOf(run: RunFinish, plan: RunPlan | null, redact: Redact): string {
    return junitText(run, verdictLine(run, redact), plan, redact)
  }
}

/** A run as JUnit's XML, of its verdict and its line. */
export function junitText(
  run: Pick<RunFinish, 'verdict' | 'startedAt' | 'durationMs'>,
  line: string,
  plan: Pick<RunPlan, 'file'> | null,
  redact: Redact,
): string {
  // what else holds (workers, generator) is no test that anybody wrote
  const cases = run.verdict.findings.filter(({ kind, outcome }) => kind === 'threshold' || outcome !== 'passed')
  const suite = plan ? redact(plan.file) : 'katydid'
  const count = (outcome: Finding['outcome']) => cases.filter((finding) => finding.outcome === outcome).length
  const figures = {
    tests: cases.length,
    failures: count('failed'),
    errors: count('broken'),
    time: (run.durationMs / 1_000).toFixed(3),
  }
  const timestamp = new Date(run.startedAt).toISOString().slice(0, 19)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes({ name: 'katydid', ...figures })}>`,
    `  <testsuite${xmlAttributes({ name: suite, ...figures, timestamp })}>`,
    ...cases.map((finding) => testCase(finding, suite, redact)),
    `    <system-out>${escapeXml(line)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(finding: Finding, suite: string, redact: Redact): string {
  const name = finding.kind === 'threshold' ? redact(nameOf(finding)) : finding.kind
  const text = redact(finding.text)
  const open = `    <testcase${xmlAttributes({ classname: `${suite}.${finding.kind}`, name, time: 0 })}`
  if (finding.outcome === 'passed') return `${open}><system-out>${escapeXml(text)}</system-out></testcase>`
  const element = finding.outcome === 'failed' ? 'failure' : 'error'
  const attributes = xmlAttributes({ message: text, type: finding.kind })
  return `${open}>\n      <${element}${attributes}>${escapeXml(text)}</${element}>\n    </testcase>`
}

/** CI follows a test by its name from run to run, so it is the threshold alone, without this run's number at the line's end. */
function nameOf({ kind, text, label = text }: Finding): string {
  return kind === 'threshold' ? label : kind
}

/** A text for XML, in an element or in an attribute. Characters that XML 1.0 has no way to say are shown as U+FFFD. */
function escapeXml(text: string): string {
  return text.toWellFormed().replace(unsafe, (character) => entities[character] ?? '\uFFFD')
}

/** ` name="value"` for each; those without a value are left out. */
function xmlAttributes(attributes: Record<string, string | number | undefined>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be in XML
const unsafe = /[&<>"'\n\r\t]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // a parser turns these into spaces in attributes unless they are written so
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}
