import type { Command } from 'commander'
import { list } from '#services/kernel/config/values.js'

/** Module of each command that is none of the core. */
const MODULES: Readonly<Record<string, string>> = {
  'go-live': 'billing',
  import: 'billing',
  journal: 'billing',
  'catalog push': 'billing',
  'catalog diff': 'billing',
  'catalog pull': 'billing',
  'replay events': 'billing',
  'replay dead-letters': 'operations',
}

/** Names of a command and of those above it, without the program. */
const namesOf = (command: Command): string[] => (command.parent ? [...namesOf(command.parent), command.name()] : [])

/** Throws for a command of a module that MODULES does not name. */
export function requireModule(command: Command, { MODULES: given }: NodeJS.ProcessEnv): void {
  if (!given) return
  const names = namesOf(command)
  const path = names.map((_, place) => names.slice(0, place + 1).join(' ')).find((one) => one in MODULES)
  if (path !== undefined && !list.parse(given).includes(MODULES[path]!))
    throw new Error(`MODULES: '${path}' is a command of '${MODULES[path]!}': add it`)
}
