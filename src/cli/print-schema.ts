import 'reflect-metadata'
import { join } from 'node:path'
import { Command } from 'commander'

// `npm run schema`: writes the printed schema beside its sources, and compares the schema. Run from the project's root.
const program = new Command('npm run schema --').description('Writes src/schema/schema.graphql from the GraphQL types.')
const say = (line: string) => void process.stdout.write(`${line}\n`)
/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('../startup/schema-commands.js')

program.action(async () => (await commands()).writeSchema(say, process.cwd()))

program
  .command('check')
  .description('names the stored documents that the schema does not fulfill; exit code 1 if there are any')
  .argument('<manifest...>', 'manifests as in TRUSTED_DOCUMENTS')
  .action(async (manifests: string[]) => {
    if ((await commands()).checkDocuments(say, manifests) > 0) process.exitCode = 1
  })

program
  .command('changelog')
  .description('prints the changes since an earlier schema as Markdown')
  .argument('<old>', 'printed schema of the earlier release')
  .option('--release <version>', 'add the changes to docs/changelog/schema.md under this version')
  .action(async (old: string, { release }: { release?: string }) => {
    const page = join(process.cwd(), 'docs/changelog/schema.md')
    await (await commands()).printChangelog(say, old, { release, page })
  })

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
