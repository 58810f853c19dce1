// `npm test`: installs and builds what is missing, runs every test, and ends with the line `N passed, N failed`. Of a whole run, the few
// files that failed are run once more, alone on the machine: what passes then is counted as passed, and named as unsteady.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`stackgate: ${line}\n`)
/** More failed files than this are no bad moment of a busy machine. */
const MOST_AGAIN = 4
/** The signal that interrupted the run; empty while none has. */
let interrupted = ''
let jest = null

const args = process.argv.slice(2)
if (args.includes('--help')) {
  process.stdout.write('Usage: npm test [-- <test files> | -t <part of a title> | any other option of jest]\n')
  process.exit()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    interrupted ||= signal
    // Jest has a process group: the signal ends its workers and their servers too.
    if (jest?.exitCode === null) process.kill(-jest.pid, 'SIGKILL')
  })

const folder = mkdtempSync(join(tmpdir(), 'stackgate-test-'))
// The database server of a run as root belongs to another user, who must get through.
chmodSync(folder, 0o755)
const cleaner = spawn(process.execPath, [join(root, 'test/support/cleaner.mjs'), folder], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
})

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  if (!interrupted) await test(testArguments(args))
} catch (error) {
  if (!interrupted) {
    say(error.message)
    process.stdout.write('\n0 passed, 1 failed\n')
    process.exitCode = 1
  }
} finally {
  const cleaned = new Promise((done) => cleaner.once('exit', done))
  cleaner.stdin.end()
  await cleaned
}
if (interrupted) {
  process.stdout.write(`\ninterrupted by ${interrupted}: the tests did not finish, so there is no result\n`)
  process.exitCode = 128 + constants.signals[interrupted]
}
process.exit()

async function test(args) {
  const first = await runJest(args, 'results.json')
  if (interrupted) return
  const again = args.length === 0 ? failedFiles(first) : []
  const second = again.length > 0 && again.length <= MOST_AGAIN ? await runAlone(again) : undefined
  if (interrupted) return
  const runs = second ? [{ ...first, files: first.files.filter(({ name }) => !again.includes(name)) }, second] : [first]
  const count = (status) => runs.flatMap(({ files }) => files).reduce((sum, file) => sum + countOf(file, status), 0)
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('pending')]
  if (second) reportUnsteady(first, second)
  reportSkipped(runs)
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`)
  process.exitCode = (second ?? first).code || (passed === 0 ? 1 : 0)
}

/** `--long` runs the long tests, or those that are named: `npm run test:long -- postgres-versions`. */
function testArguments([first, ...others]) {
  if (first !== '--long') return process.argv.slice(2)
  process.env.STACKGATE_LONG = '1'
  return others.length > 0 ? others.map((name) => (name.startsWith('-') ? name : `test/long/${name}`)) : ['test/long']
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
function reportUnsteady(first, second) {
  const passed = new Set(testsOf(second, 'passed'))
  const unsteady = testsOf(first, 'failed').filter((name) => passed.has(name))
  for (const name of unsteady) process.stdout.write(`unsteady, passed when run again alone: ${name}\n`)
}

/** Tests that cannot run on this machine carry the reason in their title. Those that a filter left out carry none. */
function reportSkipped(runs) {
  const skipped = runs.flatMap((run) => testsOf(run, 'pending')).filter((name) => name.includes('(skipped: '))
  for (const name of skipped) process.stdout.write(`skipped: ${name.replace('(skipped: ', '(')}\n`)
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
  jest = spawn(nodeBinary(), [...flags, '--json', `--outputFile=${results}`, '--testLocationInResults', ...args], {
    cwd: root,
    detached: true,
    // The report on stdout would only repeat what stderr shows; the numbers are read from the file.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test', TMPDIR: folder },
  })
  const [code, signal] = await new Promise((done, fail) => {
    jest.on('exit', (...end) => done(end))
    jest.on('error', fail)
  })
  if (interrupted) return { code: 1, files: [] }
  if (!existsSync(results)) throw new Error(`jest ended without results (${signal ?? `exit code ${code}`})`)
  return { code: code ?? 1, files: JSON.parse(readFileSync(results, 'utf8')).testResults }
}
