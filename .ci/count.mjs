/**
 * `node .ci/count.mjs RESULTS.json`: from vitest's JSON report to the last line of the check. Fails on a failed test or
 * file, on no test at all, and on a test that was skipped because the browser, a queue's server or the notebooks' packages are
 * absent: here it must have run.
 */

import { readFileSync } from 'node:fs'

/** What a skipped test says, and what it needed. */
const NEEDED = {
  '[skipped: no Chromium': 'a browser',
  '[skipped: redis-server': 'redis-server',
  '[skipped: postgresql': 'PostgreSQL',
  '[skipped: npm ci': 'the notebooks’ packages',
}

/** What a report says: counts, and why the check must fail (one line each). */
export function judge(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length
  const passed = count('passed')
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  const faults = Object.entries(NEEDED).flatMap(([mark, need]) =>
    skipped.filter(({ fullName }) => fullName.includes(mark)).map(({ fullName }) => `needs ${need}: ${fullName}`),
  )
  // A file that doesn't load has no tests that could fail.
  for (const file of report.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) {
      faults.push(`did not run: ${file.name}`)
    }
  }
  if (passed === 0) faults.push('no test ran')
  if (report.success !== true && faults.length === 0 && count('failed') === 0) faults.push('the run did not succeed')
  return { passed, failed: count('failed') + faults.length, skipped: tests.length - passed - count('failed'), faults }
}

if (process.argv[2] !== undefined) {
  const { passed, failed, skipped, faults } = judge(JSON.parse(readFileSync(process.argv[2], 'utf8')))
  for (const fault of faults) console.error(fault)
  if (skipped > 0) console.log(`skipped: ${skipped}`)
  console.log(`tests: ${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
