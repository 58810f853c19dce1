// `npm test`: installs and builds what is missing, runs every test, and ends with the line `N passed, N failed`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`stackgate: ${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'stackgate-results-'))
const results = join(folder, 'results.json')

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  const code = await runJest(process.argv.slice(2))
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  )
  const failed = numFailedTests + numRuntimeErrorTestSuites
  const skipped = numPendingTests ? `, ${numPendingTests} skipped` : ''
  process.stdout.write(`\n${numPassedTests} passed, ${failed} failed${skipped}\n`)
  process.exitCode = code || (numPassedTests === 0 ? 1 : 0)
} catch (error) {
  say(error.message)
  process.stdout.write('\n0 passed, 1 failed\n')
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function runJest(args) {
  const flags = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
  ]
  const child = spawn(
    nodeBinary(),
    [...flags, '--json', `--outputFile=${results}`, '--testLocationInResults', ...args],
    {
      cwd: root,
      // The report on stdout would only repeat what stderr shows; the numbers are read from the file.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: 'test' },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((done, fail) => {
    child.on('exit', (code) => done(code ?? 1))
    child.on('error', fail)
  })
}
