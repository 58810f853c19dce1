// `npm run check`: everything that can be said about the house without running its stories, in under a minute.
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
  { name: 'house', args: [...jest, 'test/architecture', 'test/contract/schema'] },
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

const say = (line) => process.stdout.write(`${line}\n`)

async function check() {
  await ensureInstalled((line) => say(`check: ${line}`))
  for (const { name, args } of steps) {
    const begin = performance.now()
    const { passed, output } = await run(args)
    if (!passed) say(output)
    say(`check: ${name} ${passed ? 'ok' : 'FAILED'}, ${((performance.now() - begin) / 1000).toFixed(1)} s`)
    if (!passed) return false
  }
  say('check: ok')
  return true
}

process.exitCode = (await check()) ? 0 : 1
