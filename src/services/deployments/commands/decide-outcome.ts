import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { CommandStatus } from '../../../entities/deployments/command-state.js'

/** What went wrong, or is worth saying. */
export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly details: string | null
}

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

/** What a flat report may have found: the look itself succeeded. */
const FINDINGS = new Set(['unhealthy', 'degraded', 'unknown'])

/**
 * Pure: what a report makes of its command. `error`, `timeout` and `killed` are failures; errors beside a success are warnings;
 * a shell result counts by its exit code, whatever the status says.
 */
export function decideOutcome(report: Report): Outcome {
  const errors = readErrors(report.errors)
  const flat = report.result == null ? seedResult(report) : null
  const result = report.result ?? flat
  const status = text(report.command_status) ?? text(report.status) ?? (errors.length ? 'failed' : 'success')
  const { exit_code: exitCode } = (result ?? {}) as { exit_code?: unknown }
  const well = SUCCESS.has(status.toLowerCase()) || (flat !== null && FINDINGS.has(status.toLowerCase()))
  const succeeded = well && (typeof exitCode !== 'number' || exitCode === 0)
  if (succeeded) return { to: 'SUCCEEDED', result, error: null, warnings: errors }
  const [first, ...rest] = errors
  const fallback = {
    code: well ? 'exit_code' : status.toLowerCase(),
    message: text(report.error) ?? 'The agent reported a failure.',
    details: null,
  }
  return { to: 'FAILED', result, error: first ?? fallback, warnings: rest }
}

/** The seeds' flat reports carry the result's members beside the envelope. */
function seedResult(report: Report): Record<string, unknown> | null {
  if (typeof report['type'] !== 'string') return null
  const { command_id: _id, error: _error, errors: _errors, ...rest } = report
  return rest
}

function readErrors(errors: unknown): ReportedError[] {
  if (!Array.isArray(errors)) return []
  return errors.map((entry: unknown) => {
    if (typeof entry === 'string') return { code: 'error', message: entry, details: null }
    const { code, message, details } = (entry ?? {}) as Record<string, unknown>
    return { code: text(code) ?? 'error', message: text(message) ?? '', details: text(details) ?? null }
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
