import { Worker } from 'node:worker_threads'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import type { RedactedCommand } from '../redaction/redact-report.js'
import type { PackedReport } from './interpret-report.js'

/** Reads large reports outside of the main thread. */
export interface ReportReader {
  /**
   * Reads one report after the other, in the order of the calls. The bytes must not be used afterwards.
   * @param find the command of an id, or an error that ends the reading
   */
  read<Command extends RedactedCommand>(
    body: Buffer,
    find: (commandId: string) => Promise<Command>,
  ): Promise<{ command: Command; packed: PackedReport }>
  /** Reads the members with these names that are short texts from a JSON object, in the same order of calls. The bytes must not be used afterwards. */
  pick(body: Buffer, names: readonly string[]): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

export type ToWorker =
  | { readonly kind: 'open'; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'interpret'; readonly command: RedactedCommand }
  | { readonly kind: 'drop' }
  | { readonly kind: 'pick'; readonly body: Uint8Array<ArrayBuffer>; readonly names: readonly string[] }

export type FromWorker =
  | { readonly kind: 'opened'; readonly commandId: string }
  | { readonly kind: 'packed'; readonly packed: PackedReport }
  | { readonly kind: 'picked'; readonly members: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly message: string; readonly refused: Record<string, unknown> | null }

/** Reading a report of this size or more would block other requests. */
export const LARGE_REPORT_BYTES = 64 * 1024

/** A report that takes longer fails, and its thread is terminated. */
const MAX_MS = 120_000
/** A thread that was idle for this time is terminated, which frees its memory. */
const IDLE_MS = 30_000
/** The largest report, once parsed, needs less than half of it. */
const MAX_HEAP_MB = 1_024

/** Worker threads load built files only; the tests run this file from its source. */
const WORKER_URL = new URL(
  import.meta.url
    .replace(/\/src\/(?=services\/deployments\/[^/]+\/[^/]+\.ts$)/, '/dist/src/')
    .replace(/[^/]+$/, 'report-worker.js'),
)

export function createReportReader(timers: Timers): ReportReader {
  let worker: Worker | undefined
  let idle: Timer | undefined
  let last: Promise<unknown> = Promise.resolve()

  const stop = async (): Promise<void> => {
    timers.clearTimeout(idle)
    const ending = worker
    worker = undefined
    await ending?.terminate()
  }

  const start = (): Worker => {
    timers.clearTimeout(idle)
    if (worker) return worker
    const started = new Worker(WORKER_URL, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    started.unref()
    // A crashed thread is replaced. `ask` returns its error to the caller.
    started.on('error', () => undefined)
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    worker = started
    return started
  }

  /** One at a time, so that the memory of the thread is that of one report. */
  const inTurn = <Result>(work: (thread: Worker) => Promise<Result>): Promise<Result> => {
    const working = last.then(async () => {
      try {
        return await work(start())
      } catch (error) {
        if (error instanceof AppError) throw error
        await stop()
        throw new AppError('UNAVAILABLE', 'The report could not be read.', { cause: error })
      } finally {
        timers.clearTimeout(idle)
        idle = timers.setTimeout(() => void stop(), IDLE_MS).unref()
      }
    })
    last = working.catch(() => undefined)
    return working
  }

  return {
    read: (body, find) =>
      inTurn(async (thread) => {
        const bytes = ownBytes(body)
        const { commandId } = await ask(timers, thread, 'opened', { kind: 'open', body: bytes }, [bytes.buffer])
        const command = await find(commandId).catch((error: unknown) => {
          thread.postMessage({ kind: 'drop' } satisfies ToWorker, [])
          throw error
        })
        const { type, parameters, afterHidden = false } = command
        const message = { kind: 'interpret', command: { type, parameters, afterHidden } } as const
        const { packed } = await ask(timers, thread, 'packed', message)
        return { command, packed }
      }),
    pick: (body, names) =>
      inTurn(async (thread) => {
        const bytes = ownBytes(body)
        return (await ask(timers, thread, 'picked', { kind: 'pick', body: bytes, names }, [bytes.buffer])).members
      }),
    async close() {
      await last
      await stop()
    },
  }
}

type Reply<Kind extends FromWorker['kind']> = Extract<FromWorker, { kind: Kind }>

/** Sends one message and waits for what the thread returns. */
function ask<Kind extends FromWorker['kind']>(
  timers: Timers,
  thread: Worker,
  kind: Kind,
  message: ToWorker,
  transfer: ArrayBuffer[] = [],
): Promise<Reply<Kind>> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      timers.clearTimeout(timer)
      thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (returned: FromWorker): void =>
      end(() => (returned.kind === kind ? resolve(returned as Reply<Kind>) : reject(failureOf(returned))))
    const onError = (error: unknown): void => end(() => reject(error))
    const onExit = (): void => end(() => reject(new Error('the thread ended')))
    const timer = timers.setTimeout(() => end(() => reject(new Error('the report took too long'))), MAX_MS)
    thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    thread.postMessage(message, transfer)
  })
}

function failureOf(returned: FromWorker): Error {
  if (returned.kind !== 'failed') return new Error(`the thread returned ${returned.kind}`)
  const { message, refused } = returned
  return refused ? new AppError('BAD_REQUEST', message, { details: refused }) : new Error(message)
}

/** The bytes in a separate buffer, so that they can be transferred instead of copied. */
function ownBytes(body: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = body
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(body)
}
