import { AppError } from '#services/kernel/errors/app-error.js'
import { boundJson } from '../redaction/bound-json.js'
import type { Report } from './decide-outcome.js'
import type { OpenedReport } from './interpret-report.js'

const MAX_ID = 200
const MAX_PICKED = 1_000

/** Reads the bytes of a report. Only the id of its command must be there. */
export function openReport(body: Buffer): OpenedReport {
  const { bytes, leftOut } = boundJson(body)
  return { report: toReport(parse(bytes)), bytes, leftOut }
}

/** Members of a JSON object by name, as far as they are short texts. */
export function pickMembers(body: Buffer, names: readonly string[]): Record<string, string> {
  const value = parse(boundJson(body).bytes)
  if (typeof value !== 'object' || value === null) return {}
  const texts = names.map((name) => [name, (value as Record<string, unknown>)[name]] as const)
  return Object.fromEntries(
    texts.filter(([, text]) => typeof text === 'string' && text.length <= MAX_PICKED),
  ) as Record<string, string>
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    throw new AppError('BAD_REQUEST', 'The request body is not valid JSON.')
  }
}

function toReport(value: unknown): Report {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('BAD_REQUEST', 'The report must be a JSON object.')
  const { command_id: id } = value as { command_id?: unknown }
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID) return value as Report
  // Two commands of one type can run for one application, so its type and application do not identify a command.
  throw new AppError(
    'BAD_REQUEST',
    `command_id must be a string of 1 to ${MAX_ID} characters. Expected: {"command_id": "<id>", "status": "ok", "result": {…}}, or a flat report {"command_id": "<id>", "type": "health", "status": "ok", …}.`,
    { details: { field: 'command_id' } },
  )
}
