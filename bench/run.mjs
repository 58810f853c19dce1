// `npm run bench -- NAME`: installs and builds what is missing, then measures with the project's own Node.
// Plain JavaScript without dependencies, because it runs on whichever Node the machine has.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, nodeBinary, root, run } from '../src/bootstrap.mjs'

// Only measures go to stdout, one JSON line each.
const say = (line) => process.stderr.write(`bench: ${line}\n`)

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  await run(nodeBinary(), [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'bench/tsconfig.json')])
} catch (error) {
  say(error.message)
  process.exit(1)
}

const child = spawn(
  nodeBinary(),
  ['--enable-source-maps', join(root, '.bench/build/main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
// Ctrl-C reaches the whole process group by itself; the child stops what it started and then ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
