import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { CommandStatus } from '#entities/deployments/command-state.js'
import { boundWarnings, cut, readErrors, nonEmptyText, type ReportedError } from '../model/reported-errors.js'

/** An agent's report, of which only the command's id is needed; everything else is read as far as it makes sense. */
export interface Report {
  readonly command_id: string
  readonly status?: unknown
  readonly command_status?: unknown
  readonly result?: unknown
  readonly error?: unknown
  readonly errors?: unknown
  readonly [member: string]: unknown
}

export interface Outcome extends Pick<CommandRow, 'result' | 'error' | 'warnings'> {
  readonly to: Extract<CommandStatus, 'SUCCEEDED' | 'FAILED'>
}

const SUCCESS = new Set(['success', 'ok', 'completed', 'succeeded', 'skipped'])

/** Statuses that a flat health report can contain although the check itself succeeded. */
const FINDINGS = new Set(['unhealthy', 'degraded', 'unknown'])

/**
 * Pure: what a report makes of its command. `error`, `timeout` and `killed` are failures; errors beside a success are warnings;
 * a shell result counts by its exit code, whatever the status says; a report that does not say how it ended is no success.
 */
export function decideOutcome(report: Report): Outcome {
  const errors = readErrors(report.errors)
  const flat = report.result == null ? seedResult(report) : null
  const result = report.result ?? flat
  const status = (nonEmptyText(report.command_status) ?? nonEmptyText(report.status) ?? '').toLowerCase()
  const well = SUCCESS.has(status) || (flat !== null && isFinding(flat, status, errors))
  const badExit = hasBadExit(result)
  const warned = warningsIn(result)
  if (well && !badExit) return { to: 'SUCCEEDED', result, error: null, warnings: boundWarnings([...errors, ...warned]) }
  const [first, ...rest] = errors
  const fallback = {
    code: well ? 'exit_code' : status.slice(0, 200) || 'missing_status',
    message:
      cut(nonEmptyText(report.error) ?? null) ??
      (status ? 'The agent reported a failure.' : 'The report has no result status.'),
    details: null,
  }
  return { to: 'FAILED', result, error: first ?? fallback, warnings: boundWarnings([...rest, ...warned]) }
}

/**
 * True if a flat report of a read-only command contains a finding in its own status; a report of logs has lines and no
 * status.
 */
const isFinding = (flat: Record<string, unknown>, status: string, errors: readonly ReportedError[]): boolean =>
  FINDINGS.has(status) ||
  (status === '' && flat['type'] === 'logs' && Array.isArray(flat['lines']) && errors.length === 0)

/** `deploy_app` names in its result what it met on the way. */
const warningsIn = (result: unknown): ReportedError[] =>
  typeof result === 'object' && result !== null && 'warnings' in result ? readErrors(result.warnings) : []

/** A shell's result names its exit code; null is that of a program that was killed. */
function hasBadExit(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('exit_code' in result)) return false
  return result.exit_code === null || (typeof result.exit_code === 'number' && result.exit_code !== 0)
}

/** Flat reports contain the result's fields next to those of the envelope. */
function seedResult(report: Report): Record<string, unknown> | null {
  if (typeof report['type'] !== 'string') return null
  const { command_id: _id, error: _error, errors: _errors, ...rest } = report
  return rest
}
