import type { Context } from '../kernel/context/context.js'
import { every, type Background } from '../kernel/housekeeping/every.js'
import { expireCommands, sweepCommands } from './commands/sweep-commands.js'
import { alertOutages } from './outages/alert-outages.js'
import { markSilentCompose } from './compose/watch-compose.js'
import { markSilentAgents } from './presence/watch-presence.js'

/** Longer than twice the allowed clock skew, after which a request id could not be replayed anyway. */
const NONCE_SECONDS = 900

/** What follows from the machine clock alone: overdue commands, silent agents, old request ids. Safe in several processes at once. */
export function startHousekeeping(context: Context): Background {
  const chores = [
    every(context, 1_000, 'commands', () => sweepCommands(context)),
    every(context, 1_000, 'expiry', () => expireCommands(context)),
    every(context, 5_000, 'presence', () => markSilentAgents(context)),
    every(context, 5_000, 'outages', () => alertOutages(context)),
    every(context, 5_000, 'compose presence', () => markSilentCompose(context)),
    every(context, 60_000, 'nonces', () =>
      context.database.run(`delete from agent_nonce where seen_at < now() - make_interval(secs => $1)`, [
        NONCE_SECONDS,
      ]),
    ),
  ]
  return { stop: async () => void (await Promise.all(chores.map((chore) => chore.stop()))) }
}
