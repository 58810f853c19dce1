// The thread of `file-limit.mjs`.
import { writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { killDescendants } from './children.mjs'
import { patientNow } from './patience.ts'

const LOOK_MS = 250
let file = null

parentPort.on('message', ({ path, ms, title }) => {
  if (title !== undefined) {
    if (file) file.title = title
  } else file = path ? { path, ms, end: patientNow() + ms, title: 'no test' } : null
})

setInterval(() => {
  if (!file || patientNow() < file.end) return
  writeSync(2, `${file.path} did not end within ${file.ms / 1000} s, in '${file.title}': its process is killed\n`)
  killDescendants(process.pid)
  process.kill(process.pid, 'SIGKILL')
}, LOOK_MS)
