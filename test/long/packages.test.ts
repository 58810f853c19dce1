import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installTools, runTool } from '#test/support/install-tools.js'
import {
  manifestOf,
  must,
  packageFolder,
  packPackages,
  PUBLISHED,
  type Published,
} from '#test/support/packed-packages.js'

const UPDATE = 'UPDATE_API=1 npm run test:long -- packages'

const FOLLOW_THE_SCHEMA = /^client\/(?:documents|graphql|server(?:\/\w+)?)$/

/** Entries with declarations, and the names of their reports. Documents, gql.tada and the server follow the schema, which has a contract of its own. */
const entries = PUBLISHED.flatMap((name) =>
  Object.entries(manifestOf(name).exports).flatMap(([entry, target]) =>
    typeof target === 'string' || FOLLOW_THE_SCHEMA.test(`${name}${entry.slice(1)}`)
      ? []
      : [{ name, entry, report: `${entry.replace(/^\.\/?/, '').replaceAll('/', '-') || 'index'}.api.md` }],
  ),
)

/** `npm run test:long -- packages`: the published packages as their users install them. */
describe('Published packages', () => {
  let tools: string
  let archives: Record<Published, string>
  let installed: string

  beforeAll(async () => {
    tools = await installTools('test/long/package-tools')
    archives = await packPackages()
    installed = mkdtempSync(join(tmpdir(), 'stackgate-installed-'))
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ name: 'installed', private: true, type: 'module' }))
    const peers = [
      'graphql@16',
      'react@19',
      'react-dom@19',
      '@types/react@19',
      '@tanstack/react-query@5',
      'gql.tada@1.11.3',
    ]
    await must(
      'npm',
      [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--legacy-peer-deps',
        ...Object.values(archives),
        ...peers,
      ],
      installed,
    )
  }, 900_000)

  it.each(PUBLISHED)('%s has types that resolve wherever modules are imported', async (name) => {
    const attw = join(tools, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const { code, output } = await runTool(
      process.execPath,
      [
        attw,
        archives[name],
        '--profile',
        'esm-only',
        '--format',
        'ascii',
        '--exclude-entrypoints',
        './styles.css',
        './schema.graphql',
      ],
      { cwd: tools },
    )
    expect([code, code === 0 ? '' : output]).toEqual([0, ''])
  })

  it.each(entries)('the public names of $name $entry are those of the report', async ({ name, entry, report }) => {
    const target = manifestOf(name).exports[entry] as { types: string }
    // Files below `node_modules` would be taken for another package.
    const folder = join(installed, 'packages', name)
    cpSync(join(installed, 'node_modules/@stackgate', name), folder, { recursive: true })
    const committed = join(packageFolder(name), 'api', report)
    const written = join(folder, 'api', report)
    mkdirSync(join(folder, 'api'), { recursive: true })
    const config = join(folder, 'api-extractor.json')
    writeFileSync(config, JSON.stringify(extractorConfig(target.types, report)))
    const extractor = join(tools, 'node_modules/@microsoft/api-extractor/bin/api-extractor')
    const { output } = await runTool(process.execPath, [extractor, 'run', '-c', config, '--local'], { cwd: folder })
    if (!existsSync(written)) throw new Error(output)
    const text = readFileSync(written, 'utf8')
    if (process.env['UPDATE_API']) {
      mkdirSync(join(packageFolder(name), 'api'), { recursive: true })
      writeFileSync(committed, text)
    }
    const hint = `${UPDATE} writes the report again; a changed or removed name is a breaking change`
    expect([existsSync(committed) ? readFileSync(committed, 'utf8') : '', hint]).toEqual([text, hint])
  })
})

interface ExtractorConfig {
  readonly apiReport: object
}

function extractorConfig(types: string, reportFileName: string): object {
  const config = JSON.parse(readFileSync('test/long/package-tools/api-extractor.json', 'utf8')) as ExtractorConfig
  return {
    ...config,
    mainEntryPointFilePath: `<projectFolder>/${types.replace('./', '')}`,
    apiReport: { ...config.apiReport, reportFileName },
  }
}
