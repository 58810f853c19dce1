import { Argument, type Command } from 'commander'
import type { StoreName } from '#startup/template-commands.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'
import { requires } from '../required-module.js'

/** Names of the stores, so that the help loads no server. */
const STORE_NAMES = [
  'caprover',
  'compose',
  'coolify',
  'dokploy',
  'runtipi',
  'umbrel',
] as const satisfies readonly StoreName[]

/** Adds `template import`, which reads apps of other stores. */
export function addTemplateCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('template')
    .hook('preAction', requires('marketplace', { env }))
    .description('prepares templates')
    .command('import')
    .description(
      'reads the apps of another store as drafts of templates, with parameters and files; changes nothing at the server; exit code 1 for an app that cannot be imported',
    )
    .addArgument(new Argument('<store>', 'format of the apps').choices(STORE_NAMES))
    .argument('<folder>', 'folder with the files of the store')
    .option('--out <folder>', 'writes each draft as a body of POST /templates into this folder')
    .option(...JSON_OPTION)
    .action(async (store: StoreName, folder: string, { out, json }: { out?: string; json?: boolean }) => {
      const { importTemplates } = await import('#startup/template-commands.js')
      const imported = importTemplates(store, folder, out)
      const refused = imported.flatMap((each) => (each.kind === 'refused' ? [each] : []))
      printResult(
        imported,
        [
          ...imported.flatMap((each) =>
            each.kind === 'draft' ? each.leftOut.map((part) => `LEFT OUT ${each.app}: ${part}`) : [],
          ),
          ...refused.map(({ app, reason }) => `NOT IMPORTED ${app}: ${reason}`),
          `${imported.length} apps read: ${imported.length - refused.length} drafts, ${refused.length} not imported`,
        ],
        json,
      )
      if (refused.length > 0) setExitCode(EXIT_CODE.FOUND)
    })
}
