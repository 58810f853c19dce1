// Reporter of jest that writes a line when a file begins and when it ends, so that the results of the files that ended are not lost when
// jest is killed. `run.mjs` reads them.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from '#bootstrap.mjs'

export default class FileResults {
  onRunStart({ numTotalTestSuites }) {
    this.#write({ total: numTotalTestSuites })
  }

  onTestFileStart({ path }) {
    this.#write({ begun: relative(root, path) })
  }

  onTestFileResult({ path }, { testExecError, numFailingTests, testResults, perfStats }) {
    const status = testExecError || numFailingTests > 0 ? 'failed' : 'passed'
    this.#write({
      file: {
        name: relative(root, path),
        status,
        seconds: Math.round(perfStats.runtime / 100) / 10,
        tests: testResults.map(({ fullName, status }) => ({ fullName, status })),
      },
    })
  }

  onRunComplete() {
    this.#write({ isComplete: true })
  }

  #write(line) {
    appendFileSync(process.env.STACKGATE_TEST_RESULTS, `${JSON.stringify(line)}\n`)
  }
}

/** Files that ended, and if jest did not come to its end, the names of those that only began and the number of the others. Null before the first file. */
export function readFileResults(path) {
  if (!existsSync(path)) return null
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1).map(JSON.parse)
  const files = lines.flatMap(({ file }) => file ?? [])
  const ended = new Set(files.map(({ name }) => name))
  if (lines.some(({ isComplete }) => isComplete)) return { files, unfinished: [], notBegun: 0, isComplete: true }
  const unfinished = lines.flatMap(({ begun }) => (begun && !ended.has(begun) ? begun : []))
  const total = lines.find(({ total }) => total !== undefined)?.total ?? 0
  return { files, unfinished, notBegun: Math.max(0, total - files.length - unfinished.length), isComplete: false }
}
