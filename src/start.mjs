// `npm start` and the other commands: installs and builds missing parts, then starts the compiled program.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildPages,
  ensureBuilt,
  ensureInstalled,
  ensureMachine,
  nodeBinary,
  programEnvironment,
  root,
} from './bootstrap.mjs'

const entries = {
  main: 'dist/src/main.js',
  sandbox: 'packages/sandbox/dist/main.js',
  stackgate: 'dist/src/cli/stackgate.js',
  'print-schema': 'dist/src/cli/print-schema.js',
  'dump-schema': 'dist/src/cli/dump-database-schema.js',
  contract: 'packages/sandbox/dist/contract/generate/main.js',
  conformance: 'packages/sandbox/dist/conformance/main.js',
}

const args = process.argv.slice(2)
const quiet = args[0] === '--quiet' && args.shift() !== undefined
const entry = args[0] === '--entry' ? args.splice(0, 2)[1] : 'main'
// Without `--` npm keeps options to itself: `npm start --fresh` reaches us as a setting of npm's.
if (entry === 'main' && process.env.npm_config_fresh === 'true' && !args.includes('--fresh')) args.push('--fresh')
// Progress goes to stderr, so that stdout contains only a command's result.
const say = (line) => quiet || process.stderr.write(`stackgate: ${line}\n`)

function fail(message) {
  process.stderr.write(`stackgate: ${message}\n`)
  process.exit(1)
}

/**
 * Each program parses its own options. Before the first build none exists, and a typing error should not cause an
 * installation.
 */
function checkArguments() {
  if (entry !== 'main' || existsSync(join(root, entries.main))) return
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write('Usage: npm start [-- --fresh]\n\n  --fresh  forgets the database and the sandbox first\n')
    process.exit(0)
  }
  const unknown = args.find((arg) => arg !== '--fresh')
  if (unknown !== undefined) fail(`unknown argument '${unknown}' (npm start -- --help lists what there is)`)
}

/** Only a server has pages. A folder of one's own is built by its owner. */
function servedPages() {
  const { DASHBOARD, DOCS, ROLE: role } = process.env
  const isHelp = args.some((arg) => arg === '--help' || arg === '-h')
  const isServer = entry === 'main' && !isHelp && role !== 'worker'
  const isOwn = (setting) => isServer && (!setting || setting === 'on')
  return { dashboard: isOwn(DASHBOARD), documentation: isOwn(DOCS) }
}

/** @type {() => Promise<void>} */
let stopBuild = () => Promise.resolve()
try {
  ensureMachine()
  checkArguments()
  await ensureInstalled(say, true)
  stopBuild = buildPages(say, servedPages())
  await ensureBuilt(say, true)
} catch (error) {
  await stopBuild()
  fail(error.message)
}

const program = ['--enable-source-maps', join(root, entries[entry])]
const child = spawn(nodeBinary(), [...program, ...args], { stdio: 'inherit', env: programEnvironment })
// Ctrl-C reaches the whole process group; a signal sent to this process alone is passed on. The child decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  void stopBuild().finally(() => process.exit(code ?? (signal ? 1 : 0)))
})
child.on('error', (error) => fail(error.message))
