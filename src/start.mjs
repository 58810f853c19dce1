// `npm start` and the other commands: installs and builds what is missing, then hands over to the compiled program.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeBinary, root } from './bootstrap.mjs'

const entries = {
  main: 'dist/src/main.js',
  sandbox: 'dist/sandbox/main.js',
  token: 'dist/src/cli/token.js',
  catalog: 'dist/src/cli/catalog.js',
  invariants: 'dist/src/cli/invariants.js',
  db: 'dist/src/cli/db.js',
  doctor: 'dist/src/cli/doctor.js',
  secrets: 'dist/src/cli/secrets.js',
  'print-schema': 'dist/src/cli/print-schema.js',
  'dump-schema': 'dist/src/cli/dump-schema.js',
  contract: 'dist/sandbox/contract/generate/main.js',
  conformance: 'dist/sandbox/conformance/main.js',
}

const args = process.argv.slice(2)
const quiet = args[0] === '--quiet' && args.shift() !== undefined
const entry = args[0] === '--entry' ? args.splice(0, 2)[1] : 'main'
// Progress goes to stderr, so that a command's answer stays alone on stdout.
const say = (line) => quiet || process.stderr.write(`stackgate: ${line}\n`)

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
} catch (error) {
  process.stderr.write(`stackgate: ${error.message}\n`)
  process.exit(1)
}

const program = ['--enable-source-maps', join(root, entries[entry])]
const child = spawn(nodeBinary(), [...program, ...args], { stdio: 'inherit' })
// Ctrl-C reaches the whole process group; a signal sent to this process alone is passed on. The child decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
child.on('error', (error) => {
  process.stderr.write(`stackgate: ${error.message}\n`)
  process.exit(1)
})
