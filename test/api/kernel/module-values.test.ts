import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { DENIAL_CODES } from '#services/kernel/codes/codes.js'
import { closedSets, DOMAINS } from '#test/support/closed-sets.js'

/** Prints values of enums in the schema of modules, and the declarations from which they must come. A process has loaded no other module. */
const PROGRAM = `
  import { declaredBy, resolversOf } from '#modules/compose.js'
  import { installedModules } from '#modules/installed-modules.js'
  import { buildGraphQLSchema } from '#schema/build-schema.js'
  import { metricGroupTexts } from '#services/entitlements/metrics/registry.js'
  import { nameOf } from '#services/identity/model/permission-names.js'
  import { installedQueues } from '#services/kernel/claim-loop/read-queues.js'

  const modules = await installedModules(process.argv[1].split(','))
  const declared = declaredBy(modules)
  const schema = buildGraphQLSchema(resolversOf(modules))
  const valuesOf = (name) => schema.getType(name)?.getValues().map((value) => value.name).toSorted() ?? null
  process.stdout.write(JSON.stringify({
    served: {
      Metric: valuesOf('Metric'),
      MetricGroup: valuesOf('MetricGroup'),
      QueueName: valuesOf('QueueName'),
      DenialCode: valuesOf('DenialCode'),
      Permission: valuesOf('Permission').filter((name) => !name.startsWith('TEMPLATES_')),
    },
    declared: {
      Metric: Object.keys(declared.metrics).toSorted(),
      MetricGroup: Object.keys(metricGroupTexts(declared.metrics)).toSorted(),
      QueueName: installedQueues(declared).map(({ code }) => code).toSorted(),
      Permission: [...new Set(declared.permissions.flatMap(Object.keys))]
        .filter((name) => !name.startsWith('/'))
        .map(nameOf)
        .toSorted(),
    },
  }))
`

type Values = Readonly<Record<string, readonly string[] | null>>

/** Codes that files of domains return. */
const codesOf = (domains: readonly string[]): string[] => {
  const texts = domains
    .flatMap((domain) => globSync(`src/{services,resolvers,rest,context}/${domain}/**/*.ts`))
    .filter((path) => !path.endsWith('/codes/codes.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  return Object.keys(DENIAL_CODES).filter((code) => texts.includes(`'${code}'`))
}

describe('Values of enums', () => {
  it.each(closedSets().map((names) => [names.join()]))('are those that the modules declare: %s', async (names) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM, names])
    const { served, declared } = JSON.parse(stdout) as { readonly served: Values; readonly declared: Values }
    const withQueues = served['QueueName'] === null ? { ...declared, QueueName: null } : declared
    const codes = codesOf(names.split(',').flatMap((name) => DOMAINS[name] ?? [name]))
    expect(served).toEqual({ ...withQueues, DenialCode: codes.toSorted() })
    expect(served['QueueName'] === null).toBe(!names.split(',').includes('operations'))
  })
})
