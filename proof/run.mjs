// `npm run prove`: installs and builds missing parts, then runs the proof with the project's own Node, which removes the types of
// TypeScript while it loads. Plain JavaScript without dependencies, because it runs on any installed Node.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureGenerated, ensureInstalled, nodeBinary, root } from '../src/bootstrap.mjs'

const say = (line) => process.stderr.write(`prove: ${line}\n`)

try {
  await ensureInstalled(say)
  await ensureBuilt(say)
  await ensureGenerated()
} catch (error) {
  say(error.message)
  process.exit(1)
}

const preloaded = ['--import', join(root, 'proof/load-tests.mjs')]
const options = ['--disable-warning=ExperimentalWarning', '--enable-source-maps', ...preloaded]
const child = spawn(nodeBinary(), [...options, join(root, 'proof/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// Ctrl-C reaches the whole process group. The child stops its processes and then exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
