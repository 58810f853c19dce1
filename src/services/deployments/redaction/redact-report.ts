import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { parseExact } from '../../kernel/database/exact-json.js'
import { redactValue } from './redact-value.js'

/**
 * A report as it may be kept and shown: without what looks like a secret. Unless its command asked for the plain output, which only
 * `exec` and `error_summary` can; logs are redacted in any case. The very same value when nothing was hidden.
 */
export function redactReport<Report extends object>(
  command: Pick<CommandRow, 'type' | 'parameters'>,
  report: Report,
): Report {
  return wantsPlain(command) ? report : (redactValue(report) as Report)
}

/**
 * The bytes of a report as they may be kept: those that came when nothing in them is to be hidden, else the same JSON, number by
 * number, without it.
 * @param received the report as it was read from the bytes
 * @param safe what `redactReport` made of it: large reports are looked through once
 */
export const redactReportBytes = (body: Buffer, received: object, safe: object): Buffer =>
  safe === received ? body : Buffer.from(JSON.stringify(redactValue(parseExact(body.toString('utf8')))))

const wantsPlain = ({ type, parameters }: Pick<CommandRow, 'type' | 'parameters'>): boolean =>
  (type === 'exec' && parameters['redact_output'] === false) ||
  (type === 'error_summary' && parameters['redact'] === false)
