#!/usr/bin/env node
// `stackgate`: runs the compiled program with the Node of its dependencies. Plain JavaScript without dependencies, because it runs on
// any installed Node. In a checkout, `npm start` and `npm run stackgate` install and build first.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureMachine, nodeBinary, programEnvironment, root } from './bootstrap.mjs'

try {
  ensureMachine()
  const program = join(root, 'dist/src/cli/stackgate.js')
  const child = spawn(nodeBinary(), [program, ...process.argv.slice(2)], { stdio: 'inherit', env: programEnvironment })
  // Ctrl-C reaches the whole process group; a signal sent to this process alone is passed on. The child decides when it is done.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
  child.on('error', (error) => fail(error))
} catch (error) {
  fail(error)
}

function fail({ message }) {
  process.stderr.write(`stackgate: ${message}\n`)
  process.exit(2)
}
