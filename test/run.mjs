// `npm test`: installs and builds missing parts, runs the checks (types, lint, format, known vulnerabilities), then
// a sample of the tests (`support/sampled-files.mjs`), and ends with the line `N passed, N failed`. A check counts as one
// test. A failed check does not stop the run, so that one run shows all problems. `npm test -- --all` runs the checks and
// every test that is not in `test/long`. With other arguments it runs only the named tests, all of them, without checks.
// STACKGATE_TEST_MINUTES ends the run: files without a result by then count as failed, and all others as they ended. Files that would
// begin in the last minutes are left out and listed; the run fails if they are more than a fifth of all.
import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants as access, mkdirSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs'
import { constants, freemem, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ensureBuilt, ensureGenerated, ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'
import { runChecks } from './support/checks.mjs'
import { readFileResults } from './support/file-results.mjs'
import { allSampledFiles, SAMPLED_FILES } from './support/sampled-files.mjs'

const say = (line) => process.stderr.write(`stackgate: ${line}\n`)
const show = (line) => process.stdout.write(`${line}\n`)
/** A run's databases take less than 1 GB; so much must be free for them to be in memory. */
const FREE_BYTES = 4 * 1024 ** 3
/** Leaves out the files that are not in the sample. */
const FILE_SAMPLE = 'test/support/file-sample.mjs'
/** Compiled code that Node stores, also for the next run: without it a third of the time in which a process starts is compilation. */
const COMPILE_CACHE = join(root, 'node_modules/.cache/node-compile')
const TIMES = join(root, 'node_modules/.cache/stackgate-test-times.txt')
/** Signal that interrupted the run. Empty if there was none. */
let interrupted = ''
const minutes = Number(process.env.STACKGATE_TEST_MINUTES || Infinity)
/** A file takes less on a slow machine. */
const LAST_MINUTES = 5
/** Part of the files that a run with a limit of time may leave out. */
const MAX_LATE = 0.2
let isOverTime = false
/** Time for the end of jest after its last result, in which it stops its database. Long, because the machine can be busy. */
const STOP_MS = 300_000
/** The process that the run waits for. */
let current = null

const isComplete = process.argv.slice(2).join(' ') === '--all'
const args = isComplete ? [] : process.argv.slice(2)
if (args.includes('--help')) {
  show('Usage: npm test [-- --all | <test files> | -t <part of a title> | any other option of jest]')
  process.exit()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    interrupted ||= signal
    killCurrent()
  })
if (minutes < Infinity) {
  process.env.STACKGATE_TEST_BEGIN_UNTIL = String(Date.now() + (minutes - LAST_MINUTES) * 60_000)
  setTimeout(() => {
    isOverTime = true
    killCurrent()
  }, minutes * 60_000).unref()
}

const folder = newFolder(tmpdir())
const data = dataFolder()
const cleaner = spawn(process.execPath, [join(root, 'test/support/cleaner.mjs'), folder, data], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
})

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  await ensureGenerated()
  // With a limit of time, every file runs, and of the slow ones a part of their tests.
  if (isComplete && minutes < Infinity) process.env.STACKGATE_TEST_SAMPLE ??= '1'
  else if (isComplete) delete process.env.STACKGATE_TEST_SAMPLE
  else if (args.length === 0) process.env.STACKGATE_TEST_SAMPLE ??= '1'
  const checks = args.length === 0 && !interrupted ? await runChecks(show, start) : []
  if (!interrupted) await test(checks)
} catch (error) {
  if (!interrupted) {
    say(error.message)
    show('\n0 passed, 1 failed')
    process.exitCode = 1
  }
} finally {
  const cleaned = new Promise((done) => cleaner.once('exit', done))
  cleaner.stdin.end()
  await cleaned
}
if (interrupted) {
  show(`\ninterrupted by ${interrupted}: the tests did not finish, so there is no result`)
  process.exitCode = 128 + constants.signals[interrupted]
}
process.exit()

/** It has a process group: the signal ends the workers of jest and their servers too. */
function killCurrent() {
  if (current?.exitCode === null && current.signalCode === null && current.pid) process.kill(-current.pid, 'SIGKILL')
}

function newFolder(parent) {
  const path = mkdtempSync(join(parent, 'stackgate-test-'))
  // The database server of a run as root belongs to another user, who needs access.
  chmodSync(path, 0o755)
  return path
}

/**
 * The folder for databases: in memory where there is enough of it. Each test file has its own database, and creating hundreds of files for
 * each of them on a disk takes longer than some of the tests.
 */
function dataFolder() {
  const chosen = process.env.STACKGATE_TEST_DATA
  if (chosen) return newFolder(chosen)
  try {
    accessSync('/dev/shm', access.W_OK)
    const { bavail, bsize } = statfsSync('/dev/shm')
    if (Math.min(bavail * bsize, freemem()) > FREE_BYTES) return newFolder('/dev/shm')
  } catch {
    // This system does not have it.
  }
  return folder
}

async function test(checks) {
  const { code, files, missing } = await runJest(testArguments(args))
  if (interrupted) return
  const late = minutes < Infinity ? files.filter(isLate) : []
  if (late.length > files.length * MAX_LATE)
    missing.push(`${late.length} of ${files.length} files would have begun in the last minutes`)
  const count = (status) =>
    checks.filter((check) => check.status === status).length +
    files.reduce((sum, file) => sum + countOf(file, status), 0)
  const [passed, failed] = [count('passed'), count('failed') + missing.length]
  reportFailed(checks, files)
  for (const line of missing) show(`failed: ${line}`)
  reportSkipped(
    checks,
    files.filter((file) => !late.includes(file)),
  )
  for (const { name } of late) show(`skipped: ${name} (it would have begun in the last of ${minutes} minutes)`)
  show(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : code || (passed === 0 ? 1 : 0)
}

/** `--long` runs the long tests, or those that are named: `npm run test:long -- postgres-versions`. */
function testArguments([first, ...others]) {
  if (first !== '--long') return args
  process.env.STACKGATE_LONG = '1'
  // Names come first. The words after an option are its own.
  const option = others.findIndex((word) => word.startsWith('-'))
  const names = option < 0 ? others : others.slice(0, option)
  const options = others.slice(names.length)
  const files = names.flatMap((name) => (name === 'sampled' ? allSampledFiles() : [`test/long/${name}`]))
  return [...(names.length > 0 ? files : ['test/long', ...allSampledFiles()]), ...options]
}

/** True if the file began too late: a sample has a test of each file, and all others say why they are skipped. */
function isLate({ tests }) {
  const isPending = tests.every(({ status }) => status === 'pending')
  return isPending && tests.some(({ fullName }) => !fullName.includes('(skipped: '))
}

/** A file that could not be loaded counts as one failure. */
function countOf({ status, tests }, wanted) {
  if (wanted === 'failed' && status === 'failed' && tests.every((test) => test.status !== 'failed')) return 1
  return tests.filter((test) => test.status === wanted).length
}

/** The reports of jest are far above the end by then. */
function reportFailed(checks, files) {
  for (const { name } of checks.filter(({ status }) => status === 'failed')) show(`failed: check ${name}`)
  for (const file of files.filter(({ status }) => status === 'failed')) {
    const titles = titlesOf([file], 'failed')
    for (const title of titles.length > 0 ? titles : ['the file could not be run'])
      show(`failed: ${file.name}: ${title}`)
  }
}

/** Tests that cannot run on this machine contain the reason in their title. Tests excluded by a filter or by the sample do not. */
function reportSkipped(checks, files) {
  for (const { name, reason } of checks.filter(({ status }) => status === 'skipped'))
    show(`skipped: check ${name} (${reason})`)
  for (const title of titlesOf(files, 'pending').filter((title) => title.includes('(skipped: ')))
    show(`skipped: ${title.replace('(skipped: ', '(')}`)
  if (!process.env.STACKGATE_TEST_SAMPLE) return
  reportFilesLeftOut(files)
  for (const file of files) {
    const leftOut = titlesOf([file], 'pending').filter((title) => !title.includes('(skipped: ')).length
    if (leftOut > 0 && file.name in SAMPLED_FILES)
      show(`skipped: ${leftOut} tests that are not in the sample (npm test -- ${file.name} runs them)`)
  }
}

/** A line for each folder, with the names of the files. */
function reportFilesLeftOut(files) {
  if (args.length > 0) return
  const ran = new Set(files.map(({ name }) => name))
  const leftOut = allSampledFiles().filter((path) => !ran.has(path))
  for (const folder of new Set(leftOut.map((path) => dirname(path)))) {
    const names = leftOut.filter((path) => dirname(path) === folder).map((path) => basename(path, '.test.ts'))
    show(`skipped: ${names.length} files of ${folder} that are not in the sample: ${names.join(', ')}`)
  }
  if (leftOut.length > 0) show('skipped: npm run test:long -- sampled runs these files')
}

function titlesOf(files, status) {
  return files.flatMap(({ tests }) => tests.filter((test) => test.status === status).map(({ fullName }) => fullName))
}

/** Starts a process that ends with the run: it has a process group, and its environment names the folder of the run. */
function start(command, args, options) {
  current = spawn(command, args, {
    ...options,
    detached: true,
    env: {
      ...process.env,
      ...options.env,
      NODE_ENV: 'test',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      TMPDIR: folder,
      STACKGATE_TEST_DATA: data,
    },
  })
  return current
}

/** Keeps the seconds of each file of the last run, the slowest first. */
function keepTimes(files) {
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds)
  mkdirSync(dirname(TIMES), { recursive: true })
  writeFileSync(TIMES, slowest.map(({ seconds, name }) => `${seconds.toFixed(1).padStart(7)} ${name}\n`).join(''))
}

/** Ends jest when it has all results and does not end by itself: a process that a test left can hold its output open. */
function endAfterResults(path) {
  let limit = Infinity
  const timer = setInterval(() => {
    if (limit === Infinity && readFileResults(path)?.isComplete) limit = Date.now() + STOP_MS
    if (Date.now() > limit) killCurrent()
  }, 1_000)
  return () => clearInterval(timer)
}

async function runJest(args) {
  const results = join(folder, 'results.jsonl')
  const flags = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // A server and its clients in one process make much garbage that is soon free: with more room, fewer collections copy what still lives.
    '--max-semi-space-size=64',
    join(root, 'node_modules/jest/bin/jest.js'),
  ]
  const filter =
    args.length === 0 && !isComplete && process.env.STACKGATE_TEST_SAMPLE ? ['--filter', join(root, FILE_SAMPLE)] : []
  const jest = start(nodeBinary(), [...flags, ...filter, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { STACKGATE_TEST_RESULTS: results },
  })
  const stopWatch = endAfterResults(results)
  const [code, signal] = await new Promise((done, fail) => {
    jest.on('exit', (...end) => done(end))
    jest.on('error', fail)
  })
  stopWatch()
  if (interrupted) return { code: 1, files: [], missing: [] }
  const end = isOverTime ? `ended after ${minutes} minutes` : `ended by ${signal ?? `exit code ${code}`}`
  const read = readFileResults(results)
  if (!read) throw new Error(`jest was ${end} without results`)
  const { files, unfinished, notBegun } = read
  keepTimes(files)
  const missing = unfinished.map((name) => `${name}: the run was ${end} before this file had ended`)
  if (signal && unfinished.length + notBegun === 0)
    missing.push(`the run was ${end} before jest had stopped its database`)
  if (notBegun > 0) missing.push(`the run was ${end} before ${notBegun} files had begun`)
  return { code: code ?? 1, files, missing }
}
