// Ends the processes of a test run and removes its folders when the pipe on stdin closes: at the end of the run, and
// also if the runner was killed. A process belongs to the run if its environment or its command line contains the first
// folder, which is the run's TMPDIR.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { basename } from 'node:path'

const [folder, ...others] = process.argv.slice(2)
const GRACE_MS = 10_000

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Processes by id and program; where there is no /proc (macOS), only command lines can be read. */
function processes() {
  if (existsSync('/proc/self/environ'))
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        const command = read(`/proc/${pid}/cmdline`)
        return {
          pid: Number(pid),
          program: basename(command.split('\0')[0]),
          text: command + read(`/proc/${pid}/environ`),
        }
      })
  return execFileSync('ps', ['-Aww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, program = '', ...rest]) => ({
      pid: Number(pid),
      program: basename(program),
      text: [program, ...rest].join(' '),
    }))
}

const ours = () => processes().filter(({ pid, text }) => pid !== process.pid && text.includes(folder))

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}

async function clean() {
  const deadline = Date.now() + GRACE_MS
  for (let left = ours(); left.length > 0; left = ours()) {
    const late = Date.now() > deadline
    for (const { pid, program } of left)
      // PostgreSQL releases its shared memory when it is stopped by a signal, and its children end with it.
      signal(pid, program.startsWith('postgres') && !late ? 'SIGQUIT' : 'SIGKILL')
    await pause(100)
  }
  for (const path of [folder, ...others]) rmSync(path, { recursive: true, force: true })
}

process.stdin.resume().once('close', () => void clean())
// Signals of the terminal are for the runner, which closes the pipe.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => undefined)
