import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { closedSets } from '#test/support/closed-sets.js'

/** Prints values of enums in the schema of modules, and the declarations from which they must come. A process has loaded no other module. */
const PROGRAM = `
  import { declaredBy, resolversOf } from '#modules/compose.js'
  import { installedModules } from '#modules/installed-modules.js'
  import { buildGraphQLSchema } from '#schema/build-schema.js'
  import { metricGroupTexts } from '#services/entitlements/metrics/registry.js'
  import { installedQueues } from '#services/kernel/claim-loop/read-queues.js'

  const modules = await installedModules(process.argv[1].split(','))
  const declared = declaredBy(modules)
  const schema = buildGraphQLSchema(resolversOf(modules))
  const valuesOf = (name) => schema.getType(name)?.getValues().map((value) => value.name).toSorted() ?? null
  process.stdout.write(JSON.stringify({
    served: { Metric: valuesOf('Metric'), MetricGroup: valuesOf('MetricGroup'), QueueName: valuesOf('QueueName') },
    declared: {
      Metric: Object.keys(declared.metrics).toSorted(),
      MetricGroup: Object.keys(metricGroupTexts(declared.metrics)).toSorted(),
      QueueName: installedQueues(declared).map(({ code }) => code).toSorted(),
    },
  }))
`

type Values = Readonly<Record<'Metric' | 'MetricGroup' | 'QueueName', readonly string[] | null>>

describe('Values of enums', () => {
  it.each(closedSets().map((names) => [names.join()]))('are those that the modules declare: %s', async (names) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM, names])
    const { served, declared } = JSON.parse(stdout) as { readonly served: Values; readonly declared: Values }
    const withQueues = served.QueueName === null ? { ...declared, QueueName: null } : declared
    expect(served).toEqual(withQueues)
    expect(served.QueueName === null).toBe(!names.split(',').includes('operations'))
  })
})
