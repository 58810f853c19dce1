// Kills the worker of a test file that does not end. A thread does it, because the file can keep the main thread busy.
import { Worker } from 'node:worker_threads'

/** More than the time limit of a test, which ends most files that hang. */
const FILE_MS = Number(process.env.STACKGATE_TEST_FILE_SECONDS || 600) * 1000

const program = `
  const { parentPort } = require('node:worker_threads')
  const { writeSync } = require('node:fs')
  let timer
  parentPort.on('message', ({ path, ms }) => {
    clearTimeout(timer)
    if (!path) return
    timer = setTimeout(() => {
      writeSync(2, path + ' did not end within ' + ms / 1000 + ' s: its process is killed\\n')
      process.kill(process.pid, 'SIGKILL')
    }, ms)
  })`
let thread

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const send = (message) => thread?.postMessage(message)

/** Begins the time of a file. */
export function limitFile(path) {
  if (!thread) {
    thread = new Worker(program, { eval: true, execArgv: [], env: {} })
    thread.unref()
  }
  send({ path, ms: FILE_MS })
}

export const endFile = () => send({ path: null })
