import type { CommandRow } from '#entities/deployments/command.entity.js'
import { parseLossless } from '#services/kernel/database/lossless-json.js'
import { hasDuplicateMembers } from './duplicate-members.js'
import { boundDepth, redactValue } from '#services/kernel/redaction/redact-value.js'

/** The parts of a command that decide what is hidden in its report. */
export interface RedactedCommand extends Pick<CommandRow, 'type' | 'parameters'> {
  /** True if the page of the log before this one ends with a hidden line. */
  readonly afterHidden?: boolean
}

/** Reports whose commands requested the plain output, as `redactReport` returned them. */
const plain = new WeakSet<object>()

/**
 * A report without secrets, as it can be stored and shown. Only `exec` and `error_summary` can request the plain
 * output; logs are always redacted. Values that are nested too deeply are hidden in both. Returns the same value if
 * nothing was hidden.
 */
export function redactReport<Report extends object>(command: RedactedCommand, report: Report): Report {
  if (!wantsPlain(command)) return redactValue(report, command.afterHidden) as Report
  const safe = boundDepth(report) as Report
  plain.add(safe)
  return safe
}

/**
 * Bytes of a report as stored: the received bytes if nothing is redacted, otherwise the same JSON, number by number,
 * without the secrets. @param received the parsed report @param safe result of `redactReport`: large reports are
 * scanned once
 */
export function redactReportBytes(command: RedactedCommand, body: Buffer, received: object, safe: object): Buffer {
  const isPlain = plain.has(safe)
  if (safe === received && (isPlain || !hasDuplicateMembers(body, received))) return body
  const made = isPlain ? boundDepth : (value: unknown) => redactValue(value, command.afterHidden)
  return Buffer.from(JSON.stringify(exactly(body, made) ?? safe))
}

/** Undefined when the JSON is nested too deep to be read digit by digit. */
function exactly(body: Buffer, made: (value: unknown) => unknown): unknown {
  try {
    return made(parseLossless(body.toString('utf8')))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const wantsPlain = ({ type, parameters }: RedactedCommand): boolean =>
  (type === 'exec' && parameters['redact_output'] === false) ||
  (type === 'error_summary' && parameters['redact'] === false)
