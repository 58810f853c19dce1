import { gzipSync } from 'node:zlib'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { readAppStates, type AppWord } from '../app-states/read-app-states.js'
import { readMeasurement, type Measurement } from '../hooks/read-measurement.js'
import { MAX_MEMBERS, MAX_VALUES } from '../redaction/bound-json.js'
import { redactReport, redactReportBytes, type RedactedCommand } from '../redaction/redact-report.js'
import { typedResult } from './typed-result.js'
import { decideOutcome, type Outcome, type Report } from './decide-outcome.js'

/** A parsed report and its bytes. */
export interface OpenedReport {
  readonly report: Report
  readonly bytes: Buffer
  /** The agent sent more than the bytes hold. */
  readonly leftOut: boolean
}

/** A report without secrets, and its effect on the command. */
export interface InterpretedReport {
  readonly outcome: Outcome
  readonly apps: readonly AppWord[]
  /** Load of the server. Null if the command did not measure it. */
  readonly measurement: Measurement | null
  /** The bytes to store. */
  readonly kept: Buffer
}

/** Applications that one report may speak of; the rest is in its bytes. */
const MAX_APPS = 1_000

const LEFT_OUT = {
  code: 'REPORT_CUT',
  message: `The report had an object with more than ${MAX_MEMBERS} members, or more than ${MAX_VALUES} values. The rest was omitted.`,
  details: null,
}

/** Pure: redacts a report, and decides on its outcome. */
export function interpretReport({ report, bytes, leftOut }: OpenedReport, command: RedactedCommand): InterpretedReport {
  // Secrets are neither stored nor published, also not in the bytes.
  const safe = redactReport(command, report)
  const decided = decideOutcome(toPostgresSafe(safe))
  const result = typedResult(command.type, decided.result)
  return {
    outcome: { ...decided, result, warnings: leftOut ? [...decided.warnings, LEFT_OUT] : decided.warnings },
    apps: readAppStates(result).slice(0, MAX_APPS),
    measurement: readMeasurement(command.type, result),
    kept: redactReportBytes(command, bytes, report, safe),
  }
}

/** A large report after the worker: its result is JSON text already. */
export interface PackedReport {
  readonly outcome: Omit<Outcome, 'result'>
  readonly apps: readonly AppWord[]
  readonly measurement: Measurement | null
  /** JSON in UTF-8; null if the report has no result. */
  readonly result: Uint8Array<ArrayBuffer> | null
  /** The bytes to store, compressed. */
  readonly kept: Uint8Array<ArrayBuffer>
}

/** Pure: as `interpretReport`, with everything that is long as bytes, which pass between threads without being copied. */
export function packReport(opened: OpenedReport, command: RedactedCommand): PackedReport {
  const { outcome, apps, measurement, kept } = interpretReport(opened, command)
  const { result, ...rest } = outcome
  return {
    outcome: rest,
    apps,
    measurement,
    result: result == null ? null : new Uint8Array(Buffer.from(JSON.stringify(result))),
    kept: new Uint8Array(gzipSync(kept, { level: 1 })),
  }
}
