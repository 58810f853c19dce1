// `npm run bench -- NAME`: installs and builds missing parts, then measures with the project's own Node. Plain
// JavaScript without dependencies, because it runs on any installed Node.
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
// Ctrl-C reaches the whole process group. The child stops its processes and then exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
