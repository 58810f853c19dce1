// A file of `runner.test.ts`: it fails, and leaves a process with a child, both of which hold the output of the run open.
import { spawn } from 'node:child_process'

const CHILD = `setInterval(() => {}, 1000)`
const PARENT = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(CHILD)}], { stdio: 'inherit' })
${CHILD}`

it('fails', () => {
  spawn(process.execPath, ['-e', PARENT], { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  throw new Error('as it should')
})
