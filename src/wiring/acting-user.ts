import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Caller } from '#services/identity/model/caller.js'

/** Header with the user of the application on whose behalf a service acts. The audit log records it. */
const ACTOR_HEADER = 'stackgate-actor'

const wellFormed = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/

/** User on whose behalf a service acts. Null if it names none, and for all other callers. */
export function actingUser(caller: Caller, headers: IncomingHttpHeaders): string | null {
  const named = headers[ACTOR_HEADER]
  if (named === undefined || caller.kind !== 'service') return null
  if (typeof named === 'string' && wellFormed.test(named)) return named
  throw new AppError('BAD_USER_INPUT', `The header ${ACTOR_HEADER} must have 1 to 200 printable ASCII characters.`)
}
