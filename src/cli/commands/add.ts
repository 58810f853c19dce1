import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import type { AddOptions } from '#startup/add/add-to-application.js'
import { FRAMEWORKS, type FrameworkName } from '#startup/add/frameworks.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'

interface GivenOptions extends AddOptions {
  readonly folder: string
  readonly json?: boolean
}

/** Adds `add`, which writes a gate and a receiver of webhooks into an existing application. */
export function addAddCommand(program: Command, { env }: CommandContext): void {
  program
    .command('add')
    .description('adds a gate, a receiver of webhooks, settings and a test to the application of a folder')
    .addArgument(new Argument('[framework]', 'framework (default: the one that the folder has)').choices(FRAMEWORKS))
    .option('--folder <folder>', 'folder of the application', '.')
    .option('--feature <code>', 'feature that the examples gate (default: the first of the catalog)')
    .option('--dry-run', 'prints the lines without writing them')
    .option('--remove', 'removes what was added; files that were changed since stay')
    .option(...JSON_OPTION)
    .action(async (framework: FrameworkName | undefined, { folder, json, ...options }: GivenOptions) => {
      const { addToApplication } = await import('#startup/add/add-to-application.js')
      const added = addToApplication(env, resolve(folder), { ...options, framework })
      const { files, byHand } = added
      const sign = options.remove ? '-' : '+'
      const changes = files.flatMap(({ path, state, lines }) => [
        `${state.padEnd(9)} ${path}`,
        ...(options.dryRun ? lines.map((line) => `${sign} ${line}`) : []),
      ])
      const next = Object.entries(byHand).flatMap(([subject, lines]) => [
        `${SUBJECTS[subject as keyof typeof byHand]}:`,
        ...lines.map((line) => `  ${line}`),
      ])
      printResult(added, options.remove ? changes : [...changes, '', ...next], json)
    })
}

const SUBJECTS = {
  install: 'Install the client, of a checkout or a packed file in FOLDER',
  settings: 'Set in the file of settings (`stackgate key create` and `createWebhookEndpoint` return them)',
  lines: 'Write into the application, and replace the body of the sign-in',
  test: 'Test, while a server runs',
} as const
