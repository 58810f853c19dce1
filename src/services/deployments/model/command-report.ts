import { z } from 'zod'
import { readDate } from './read-date.js'
import { appCode, enumValue, errors, resultType } from './result-fields.js'

// Members that the results of all commands have.

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: 'OK',
  success: 'OK',
  deployed: 'OK',
  removed: 'OK',
  partial_success: 'PARTIAL_SUCCESS',
  partialsuccess: 'PARTIAL_SUCCESS',
  skipped: 'SKIPPED',
  failed: 'FAILED',
  error: 'FAILED',
}

const commandOutcome = enumValue(
  'CommandOutcome',
  'Outcome of a command.',
  {
    OK: 'Everything was done.',
    PARTIAL_SUCCESS: 'A part was done; the result states which.',
    SKIPPED: 'Nothing was done, because nothing had to be.',
    FAILED: 'Nothing was done, because of an error.',
  },
  'OK',
)

const readOutcome = (reported: unknown): string | null =>
  typeof reported === 'string' ? (OUTCOMES[reported.toLowerCase()] ?? null) : null

/** The outcome, from this member of the report. */
export const outcomeOf = (name: string) =>
  commandOutcome.meta({
    reportedAs: name,
    read: readOutcome,
    description: 'Outcome as reported by the agent. Default: from the status of the command.',
  })

/** The time, from this member of the report. */
export const at = (name: string) =>
  z.date().meta({
    reportedAs: name,
    read: readDate,
    description: "Time of the result (agent's clock). Default: the time the command ended (machine clock).",
  })

/** The members of `CommandReport`. `withDefaults` sets what the agent did not report. */
const commandReport = { appCode: appCode(), at: at('at'), outcome: outcomeOf('outcome'), errors: errors() }

/** Result of a type of command: its own members, and those of every result. */
export const reportType = <const Members extends z.ZodRawShape>(
  title: string,
  typeDescription: string,
  members: Members,
  alsoRead: readonly string[] = [],
) => resultType(title, typeDescription, { ...commandReport, ...members }, alsoRead)

/** Reads the outcome from the member `status` of the report. */
export const statusOutcome = () => ({ outcome: outcomeOf('status') })

/** Reads the time from a member with another name. */
export const reportedAt = (name: string) => ({ at: at(name) })

/** Members of every result, for a result that is not read member by member. */
export const reportMembers = commandReport
