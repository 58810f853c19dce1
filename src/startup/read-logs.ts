import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { denialText, payload, type ServerApi } from './server-api.js'

/** The log to read. */
export interface LogOptions {
  /** Hash or ID of the deployment. */
  readonly deployment: string
  /** Code of the application. Default: the only one. */
  readonly app?: string | undefined
  readonly container?: string | undefined
  /** `stdout` or `stderr`. Default: both. */
  readonly stream?: string | undefined
  /** Maximum number of lines of one reading. */
  readonly lines: number
  readonly follow: boolean
  /** Seconds between the readings. */
  readonly interval: number
}

const line = z.object({ ts: z.string().nullable(), stream: z.string().nullable(), message: z.string() })
export type LogLine = z.infer<typeof line>

const target = z.object({
  deployment: z.object({ hash: z.string(), apps: z.array(z.object({ code: z.string() })) }).nullable(),
})
const queued = z.object({ enqueueCommand: payload({ command: z.object({ id: z.string() }).nullable() }) })
const reading = z.object({
  command: z.object({
    status: z.string(),
    error: z.object({ message: z.string() }).nullable(),
    typedResult: z
      .object({ lines: z.array(line).optional(), cursor: z.string().nullish(), truncated: z.boolean().optional() })
      .nullable(),
  }),
})

/** Statuses that do not change any more. */
const TERMINAL = ['SUCCEEDED', 'FAILED', 'LOST', 'EXPIRED', 'CANCELED']
/** The agent can read the log again after these. */
const REPEATABLE = ['LOST', 'EXPIRED']
const POLL_MS = 500
const TIMEOUT_SECONDS = 60

/** Lines of one reading. */
export interface LogPage {
  readonly lines: readonly LogLine[]
  /** True if the log has more lines. */
  readonly truncated: boolean
}

interface Source {
  readonly api: ServerApi
  readonly options: LogOptions
  readonly hash: string
  readonly app: string
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Reads the log of an application by commands to its agent. With `follow` it continues at the cursor until the signal
 * ends it, and waits while the plan allows no further reading.
 * @throws if the deployment or the application does not exist, or the agent cannot read the log
 */
export async function* readLogs(
  api: ServerApi,
  options: LogOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): AsyncGenerator<LogPage> {
  const source = { api, options, say, signal, ...(await findTarget(api, options)) }
  let cursor: string | null = null
  let previous: readonly LogLine[] = []
  do {
    const page: Page | null = await readOnce(source, cursor)
    if (!page) return
    // Without a cursor the agent returns the newest lines again.
    const lines = cursor === null ? withoutKnown(previous, page.lines) : page.lines
    yield { lines, truncated: page.truncated }
    if (page.lines.length > 0) previous = page.lines
    cursor = page.cursor
  } while (options.follow && (await pause(options.interval * 1000, signal)))
}

async function findTarget(api: ServerApi, options: LogOptions): Promise<{ hash: string; app: string }> {
  const { deployment: wanted } = options
  const { deployment } = await api.request('DeploymentApps', { id: wanted }, target)
  if (!deployment) throw new AppError('NOT_FOUND', `deployment ${wanted} not found`)
  const codes = deployment.apps.map(({ code }) => code)
  const app = options.app ?? (codes.length === 1 ? codes[0] : undefined)
  if (app === undefined) throw new AppError('BAD_USER_INPUT', `--app is required: ${codes.join(', ')}`)
  if (!codes.includes(app))
    throw new AppError('NOT_FOUND', `application ${app} not found; the applications are ${codes.join(', ')}`)
  return { hash: deployment.hash, app }
}

interface Page extends LogPage {
  readonly cursor: string | null
}

/** Reads the lines after the cursor. Returns null if the signal ended it. */
async function readOnce({ api, options, hash, app, say, signal }: Source, cursor: string | null): Promise<Page | null> {
  const command = commandOf(options, app, cursor)
  while (!signal.aborted) {
    const variables = { deploymentId: hash, command, timeoutSeconds: TIMEOUT_SECONDS, key: randomUUID() }
    const { denial, command: sent } = (await api.request('EnqueueCommand', variables, queued)).enqueueCommand
    if (!denial) {
      const page = await endOf(api, sent!.id, signal)
      if (page === null || typeof page === 'object') return page
      if (!options.follow || !REPEATABLE.includes(page)) throw new AppError('UNAVAILABLE', sentenceOf(page))
      say(sentenceOf(page))
    } else if (options.follow && denial.retryAfterSeconds !== null) await pause(denial.retryAfterSeconds * 1000, signal)
    else throw new AppError('BAD_USER_INPUT', denialText(denial))
  }
  return null
}

const commandOf = ({ container, stream, lines }: LogOptions, appCode: string, cursor: string | null) => ({
  logs: {
    appCode,
    limit: lines,
    ...(cursor === null ? {} : { cursor }),
    ...(container === undefined ? {} : { container }),
    ...(stream === undefined ? {} : { streams: [stream.toUpperCase()] }),
  },
})

const sentenceOf = (status: string): string =>
  REPEATABLE.includes(status) ? 'the agent has not responded' : `the agent could not read the log (${status})`

/** Waits for the end of a command. Returns its lines, its status if it did not succeed, or null if the signal ended the wait. */
async function endOf(api: ServerApi, id: string, signal: AbortSignal): Promise<Page | string | null> {
  while (!signal.aborted) {
    const { command } = await api.request('Command', { id }, reading)
    const { status, error, typedResult } = command
    if (status === 'SUCCEEDED' && typedResult?.lines) {
      const { lines, cursor, truncated } = typedResult
      return { lines, cursor: cursor ?? null, truncated: truncated ?? false }
    }
    if (status === 'FAILED' && error)
      throw new AppError('UNAVAILABLE', `the agent could not read the log: ${error.message}`)
    if (TERMINAL.includes(status)) return status
    await pause(POLL_MS, signal)
  }
  return null
}

/** Waits. Returns false if the signal ended the wait. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> => delay(ms, true, { signal }).catch(() => false)

function withoutKnown(known: readonly LogLine[], lines: readonly LogLine[]): readonly LogLine[] {
  const isSame = (one: LogLine, other: LogLine) =>
    one.message === other.message && one.ts === other.ts && one.stream === other.stream
  for (let count = Math.min(known.length, lines.length); count > 0; count--)
    if (lines.slice(0, count).every((each, index) => isSame(each, known[known.length - count + index]!)))
      return lines.slice(count)
  return lines
}
