import { InvalidArgumentError, Option, type Command } from 'commander'
import type { KeyLanguage } from '#services/catalog/keys/catalog-keys.js'
import { JSON_OPTION, printProgress, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('#startup/catalog-types.js')

/** The language of a file by the end of its name. */
const LANGUAGES: Readonly<Record<string, KeyLanguage>> = { ts: 'typescript', py: 'python', go: 'go' }

interface TypesOptions {
  readonly language?: KeyLanguage
  readonly out?: string
  readonly check?: boolean
  readonly watch?: boolean
  readonly json?: boolean
}

/** Adds `types`, which writes the keys of the catalog as types, so that a compiler finds a wrong key. */
export function addTypesCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('types')
    .description(
      'writes the codes of features, plans and packages of the catalog as types, so that a wrong code does not compile',
    )
    .argument('[catalog]', 'name in catalogs/, or a path (default: CATALOG)')
    .option('--out <file>', 'file to write (default: standard output)', (file) => {
      if (languageOf(file)) return file
      throw new InvalidArgumentError('must end in .ts, .py or .go')
    })
    .addOption(
      new Option('--language <language>', 'language (default: that of the file, else typescript)').choices([
        'typescript',
        'python',
        'go',
      ]),
    )
    .option('--check', 'writes nothing; exit code 1 if the file differs from the catalog')
    .option('--watch', 'writes again after each change of the catalog file, until Ctrl-C')
    .option(...JSON_OPTION)
    .action(async (catalog: string | undefined, options: TypesOptions, command: Command) => {
      const { out, check, watch, json } = options
      if ((check || watch) && !out) return command.error('error: --check and --watch need --out <file>')
      if (check && watch) return command.error('error: --check writes nothing, so that it cannot be used with --watch')
      const { catalogTypes, isWritten, watchCatalog, writeIfChanged } = await commands()
      const language = options.language ?? (out ? languageOf(out) : undefined) ?? 'typescript'
      const write = (): void => {
        const found = catalogTypes(env, { catalog, language })
        if ('problems' in found) {
          setExitCode(EXIT_CODE.FOUND)
          return printResult(found, found.problems, json)
        }
        const { text } = found
        if (!out) return printResult(found, [text.trimEnd()], json)
        if (check) {
          const isCurrent = isWritten(out, text)
          if (!isCurrent) setExitCode(EXIT_CODE.FOUND)
          return printResult(
            { file: out, current: isCurrent },
            [`${out} ${isCurrent ? 'is current' : 'differs from the catalog: run `stackgate types` again'}`],
            json,
          )
        }
        const written = writeIfChanged(out, text)
        printResult({ file: out, written }, [written ? `${out} written` : `${out} is current`], json)
      }
      if (!watch) return write()
      watchCatalog(env, catalog, write)
      printProgress('waiting for changes of the catalog file; Ctrl-C ends it')
    })
}

const languageOf = (file: string): KeyLanguage | undefined => LANGUAGES[/\.(\w+)$/.exec(file)?.[1] ?? '']
