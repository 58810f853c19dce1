import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Makes the server listen for an inspector on a free port as soon as it gets SIGUSR1. */
export const INSPECTED = { NODE_OPTIONS: '--inspect-port=0' }

/** The main thread of a server, seen through its inspector: the server has no code for being measured. */
export interface MainThread {
  /** Milliseconds of processor time that the thread needed at most between two turns of its event loop, while `work` ran. */
  maxTaskTime(work: () => Promise<unknown>): Promise<number>
  close(): void
}

// Processor time, because other processes on the machine do not count in it.
const MEASURE = `
  globalThis.pieces = []
  globalThis.usedBefore = process.threadCpuUsage()
  globalThis.measuring ??= setInterval(() => {
    const used = process.threadCpuUsage()
    pieces.push(used.user + used.system - usedBefore.user - usedBefore.system)
    usedBefore = used
  }, 1)`
const MAX_TASK_TIME = 'Math.max(...pieces) / 1000'

const MOMENT_MS = 500

/** Opens the inspector of a server that was started with `INSPECTED`. */
export async function watchMainThread(pid: number, logFile: string): Promise<MainThread> {
  const earlier = addressesIn(logFile).length
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await newAddress(logFile, earlier))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the inspector of the server cannot be reached')))
  })
  const evaluate = (expression: string): Promise<number> =>
    new Promise((resolve) => {
      const onMessage = ({ data }: MessageEvent): void =>
        resolve((JSON.parse(String(data)) as { result: { result: { value: number } } }).result.result.value)
      socket.addEventListener('message', onMessage, { once: true })
      const params = { expression, returnByValue: true }
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
    })
  return {
    async maxTaskTime(work) {
      await evaluate(`${MEASURE}; 0`)
      await pause(MOMENT_MS)
      await evaluate('pieces.length = 0')
      await work()
      await pause(MOMENT_MS)
      return evaluate(MAX_TASK_TIME)
    },
    close: () => socket.close(),
  }
}

/** The log also holds what earlier runs wrote. */
const addressesIn = (logFile: string): string[] =>
  [...readFileSync(logFile, 'utf8').matchAll(/Debugger listening on (ws:\S+)/g)].map(([, address]) => address!)

async function newAddress(logFile: string, earlier: number): Promise<string> {
  for (let look = 0; look < 100; look++) {
    const address = addressesIn(logFile)[earlier]
    if (address) return address
    await pause(100)
  }
  throw new Error(`the server opened no inspector; its log is ${logFile}`)
}
