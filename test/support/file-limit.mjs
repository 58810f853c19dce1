// Kills the worker of a test file that does not end, and what it started. A thread does it, because the file can keep the main thread busy.
import { Worker } from 'node:worker_threads'

/** More than the time limit of a test, which ends most files that hang. In patient time. */
const FILE_MS = Number(process.env.STACKGATE_TEST_FILE_SECONDS || 600) * 1000

let thread

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const send = (message) => thread?.postMessage(message)

/** Begins the time of a file. */
export function limitFile(path) {
  if (!thread) {
    thread = new Worker(new URL('file-limit-thread.mjs', import.meta.url), { execArgv: [] })
    thread.unref()
  }
  send({ path, ms: FILE_MS })
}

/** Names the test that runs, for the report of the kill. */
export const beginTest = (title) => send({ title })

export const endFile = () => send({ path: null })
