import { Option, type Command } from 'commander'
import type { Operator } from '#startup/manage-operators.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'

const lineOf = ({ subject, email, roles }: Operator): string =>
  `${subject}${email ? ` (${email})` : ''}: ${roles.join(', ') || 'no role of the installation'}`

/** Adds `operator`, which gives users a role of the installation: to the first operator, for example. */
export function addOperatorCommand(program: Command, { env }: CommandContext): void {
  const operator = program
    .command('operator')
    .description('users with a role of the installation, beside those of tokens')
  const load = () => import('#startup/manage-operators.js')

  operator
    .command('add')
    .description('gives a user who has signed in once a role of the installation; effective within 30 seconds')
    .argument('<user>', 'claim sub of the tokens, or the email address of the user')
    .addOption(new Option('--role <role>', 'role of the user').choices(['admin', 'root']).default('admin'))
    .option(...JSON_OPTION)
    .action(async (user: string, { role, json }: { role: 'admin' | 'root'; json?: boolean }) => {
      const changed = await (await load()).changeOperator(env, { user, role })
      printResult(changed, [lineOf(changed)], json)
    })

  operator
    .command('remove')
    .description('removes the roles that were given so; roles of tokens stay')
    .argument('<user>', 'claim sub of the tokens, or the email address of the user')
    .option(...JSON_OPTION)
    .action(async (user: string, { json }: { json?: boolean }) => {
      const changed = await (await load()).changeOperator(env, { user, role: null })
      printResult(changed, [lineOf(changed)], json)
    })

  operator
    .command('list')
    .description('lists the users whose roles were given so')
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const operators = await (await load()).listOperators(env)
      printResult(operators, operators.map(lineOf), json)
    })
}
