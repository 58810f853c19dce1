// `npm test`: installs and builds what is missing, runs every test, and ends with the line `N passed, N failed`. Of a whole run, the few
// files that failed are run once more, alone on the machine: what passes then is counted as passed, and named as unsteady.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`stackgate: ${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'stackgate-results-'))
/** More failed files than this are no bad moment of a busy machine. */
const MOST_AGAIN = 4
let stopped = false

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  const args = process.argv.slice(2)
  const first = await runJest(args, 'results.json')
  const again = args.length === 0 ? failedFiles(first) : []
  const second = again.length > 0 && again.length <= MOST_AGAIN && !stopped ? await runAlone(again) : undefined
  const runs = second ? [{ ...first, files: first.files.filter(({ name }) => !again.includes(name)) }, second] : [first]
  const count = (status) => runs.flatMap(({ files }) => files).reduce((sum, file) => sum + countOf(file, status), 0)
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('pending')]
  if (second) tellUnsteady(first, second)
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`)
  process.exitCode = (second ?? first).code || (passed === 0 ? 1 : 0)
} catch (error) {
  say(error.message)
  process.stdout.write('\n0 passed, 1 failed\n')
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function failedFiles({ files }) {
  return files.filter(({ status }) => status === 'failed').map(({ name }) => name)
}

/** A file that could not even be read counts as one failure. */
function countOf({ status, assertionResults }, wanted) {
  if (wanted === 'failed' && status === 'failed' && assertionResults.every((test) => test.status !== 'failed')) return 1
  return assertionResults.filter((test) => test.status === wanted).length
}

function runAlone(files) {
  say(`${files.length} of the files failed; they are run once more, alone`)
  return runJest(['--maxWorkers=1', '--runTestsByPath', ...files], 'again.json')
}

/** A test that failed beside others and passed alone has a fault, though not one that the product need have. */
function tellUnsteady(first, second) {
  const passed = new Set(testsOf(second, 'passed'))
  const unsteady = testsOf(first, 'failed').filter((name) => passed.has(name))
  for (const name of unsteady) process.stdout.write(`unsteady, passed when run again alone: ${name}\n`)
}

function testsOf({ files }, status) {
  return files.flatMap(({ assertionResults }) =>
    assertionResults.filter((test) => test.status === status).map(({ fullName }) => fullName),
  )
}

async function runJest(args, file) {
  const results = join(folder, file)
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
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      stopped = true
      child.kill(signal)
    })
  const code = await new Promise((done, fail) => {
    child.on('exit', (status) => done(status ?? 1))
    child.on('error', fail)
  })
  return { code, files: JSON.parse(readFileSync(results, 'utf8')).testResults }
}
