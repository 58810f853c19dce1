// The checks that are no tests: types, lint, format, and known weaknesses of packages. `npm test` and `npm run check` run them first.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, root } from '#bootstrap.mjs'

const tool = (path) => join(root, 'node_modules', path)
/** Projects of TypeScript. The packages for browsers have the types of the DOM, which the server must not have. */
const projects = ['.', 'packages/client', 'packages/react', 'packages/iframe', 'dashboard', 'examples/iframe-host']
const folders = ['src', 'packages', 'dashboard', 'migrations', 'test', 'bench', 'examples', 'docs/.vitepress'].filter(
  (folder) => existsSync(join(root, folder)),
)
const AUDIT_MS = 15_000

const checks = [
  { name: 'types', run: checkTypes },
  {
    name: 'lint',
    run: (start) => runTool(start, [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', ...folders]),
  },
  { name: 'format', run: (start) => runTool(start, [tool('oxfmt/bin/oxfmt'), '--check', ...folders]) },
  { name: 'audit', run: audit },
]

/**
 * Runs every check, also after one has failed, and says how each ended. Returns `{ name, status, reason }` of each; the status is `passed`,
 * `failed` or `skipped`.
 * @param say takes a line of output
 * @param start starts a process; the default is `spawn`. The runner of the tests ends these processes when it is interrupted.
 */
export async function runChecks(say, start = spawn) {
  const results = []
  for (const { name, run } of checks) {
    const begin = performance.now()
    const { status, output, reason } = await run(start)
    if (status === 'failed') say(output)
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    say(`check: ${name} ${status}${reason ? ` (${reason})` : ''}, ${seconds} s`)
    results.push({ name, status, reason })
  }
  return results
}

/** One after another: each takes all cores. */
async function checkTypes(start) {
  const results = []
  for (const project of projects) results.push(await runTool(start, [tool('typescript/bin/tsc'), '-p', project]))
  return {
    status: results.every(({ status }) => status === 'passed') ? 'passed' : 'failed',
    output: results.map(({ output }) => output).join(''),
  }
}

/** Runs a tool to its end; its output is worth reading only when it failed. */
async function runTool(start, args) {
  const child = start(nodeBinary(), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const { code, output } = await endOf(child)
  return { status: code === 0 ? 'passed' : 'failed', output }
}

/**
 * Checks the dependencies for known vulnerabilities at the registry. Skipped if the registry is unreachable:
 * test/architecture/packages.test.ts checks exact versions, checksums and licenses without it.
 */
async function audit(start) {
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const child = start(command, [...first, 'audit', '--json', '--omit=dev'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const timer = setTimeout(() => child.kill(), AUDIT_MS)
  const { output } = await endOf(child)
  clearTimeout(timer)
  const report = parsed(output)
  const counts = report?.metadata?.vulnerabilities
  if (!counts) return { status: 'skipped', reason: report?.message ?? 'the registry does not answer' }
  if (counts.high + counts.critical === 0) return { status: 'passed', reason: `${counts.total} known weaknesses` }
  const lines = Object.values(report.vulnerabilities).map(
    ({ name, severity, range }) => `${severity}: ${name} ${range}`,
  )
  return { status: 'failed', output: lines.join('\n') }
}

function endOf(child) {
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  return new Promise((done) => {
    child.on('close', (code) => done({ code, output }))
    child.on('error', (error) => done({ code: 1, output: error.message }))
  })
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
