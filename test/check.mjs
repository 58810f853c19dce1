// `npm run check`: types, lint, format, architecture and schema, without the long tests. A minute or two.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'

const tool = (path) => join(root, 'node_modules', path)
const folders = ['src', 'sandbox', 'migrations', 'test', 'bench', 'examples'].filter((folder) =>
  existsSync(join(root, folder)),
)
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', tool('jest/bin/jest.js')]

const steps = [
  { name: 'types', args: [tool('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint', args: [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', ...folders] },
  { name: 'format', args: [tool('oxfmt/bin/oxfmt'), '--check', ...folders] },
  { name: 'architecture', args: [...jest, 'test/architecture', 'test/contract/schema'] },
]

/** Runs a step to its end; its output is worth reading only when it failed. */
function run(args) {
  return new Promise((done, fail) => {
    const child = spawn(nodeBinary(), args, { cwd: root, env: { ...process.env, NODE_ENV: 'test' } })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', fail)
    child.on('exit', (code) => done({ passed: code === 0, output }))
  })
}

/**
 * Asks the registry for known weaknesses in what the product runs on. A registry that does not tell, or none, is said and is no failure:
 * exact versions, checksums and licences are held by test/architecture/packages.test.ts without it.
 */
async function audit() {
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const child = spawn(command, [...first, 'audit', '--json', '--omit=dev'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const timer = setTimeout(() => child.kill(), 15_000)
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  await new Promise((done) => child.on('close', done).on('error', done))
  clearTimeout(timer)
  const told = parsed(output)
  const counts = told?.metadata?.vulnerabilities
  if (!counts) {
    say(
      `check: audit not possible here (${told?.message ?? 'the registry does not answer'}); versions, checksums and licences are checked`,
    )
    return true
  }
  const grave = counts.high + counts.critical
  if (grave)
    say(
      Object.values(told.vulnerabilities)
        .map(({ name, severity, range }) => `${severity}: ${name} ${range}`)
        .join('\n'),
    )
  say(`check: audit ${grave ? 'FAILED' : 'ok'}, ${counts.total} known weaknesses, ${grave} of them grave`)
  return grave === 0
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const say = (line) => process.stdout.write(`${line}\n`)

async function check() {
  if (process.argv.length > 2) {
    say(
      'check: it takes no options; it checks types, lint, format, architecture, schema and known weaknesses of packages',
    )
    return process.argv[2] === '--help'
  }
  await ensureInstalled((line) => say(`check: ${line}`))
  for (const { name, args } of steps) {
    const begin = performance.now()
    const { passed, output } = await run(args)
    if (!passed) say(output)
    say(`check: ${name} ${passed ? 'ok' : 'FAILED'}, ${((performance.now() - begin) / 1000).toFixed(1)} s`)
    if (!passed) return false
  }
  if (!(await audit())) return false
  say('check: ok')
  return true
}

process.exitCode = (await check()) ? 0 : 1
