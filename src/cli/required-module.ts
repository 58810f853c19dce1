import type { Command } from 'commander'
import { list } from '#services/kernel/config/values.js'
import type { CommandContext } from './command-context.js'

/** Names of a command and of those above it, without the program. */
const namesOf = (command: Command): string[] => (command.parent ? [...namesOf(command.parent), command.name()] : [])

/** Makes a hook that refuses a command, and those below it, if `MODULES` does not name its module. */
export const requires =
  (module: string, { env }: Pick<CommandContext, 'env'>) =>
  (command: Command): void => {
    const given = env['MODULES']
    if (given && !list.parse(given).includes(module))
      throw new Error(`MODULES: '${namesOf(command).join(' ')}' is a command of '${module}': add it`)
  }
