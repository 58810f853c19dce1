import { stringify } from 'yaml'
import { z } from 'zod'
import * as file from '#services/catalog/definition/file-schema.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** A value of the catalog, as the form reads it. */
interface Field {
  readonly type?: string
  readonly form?: string
  readonly enum?: readonly string[]
  readonly const?: string
  readonly examples?: readonly string[]
  readonly anyOf?: readonly Field[]
  readonly items?: Field
  readonly properties?: Readonly<Record<string, Field>>
  readonly additionalProperties?: Field
  readonly alternatives?: readonly (readonly string[])[]
  readonly interval?: object | null
}

interface Schema {
  readonly settings: Readonly<Record<string, Field>>
  readonly entries: Readonly<Record<string, { readonly entry: Field }>>
}

const load = async (name: string) => (await import(`../../dashboard/${name}.js`)) as Record<string, unknown>
const schemaOf = (await load('catalog-schema'))['schemaOf'] as (module: object) => Schema
const controlOf = (await load('src/pages/ops/catalog-shape'))['controlOf'] as (field: Field) => string

/** Values without a field, which have a link to their line. */
const IN_YAML = {
  'categories.*.metadata': 'data that the server does not interpret',
  'templates.*.tech_stack': 'data that the server does not interpret',
  'templates.*.infrastructure_requirements': 'data that the server does not interpret',
  'templates.*.definition': 'a compose file, which the editor of templates checks',
}

/** Enough for every alternative of overage with every alternative of its tiers. */
const ROUNDS = 8

const wholeOf = ({ settings, entries }: Schema): Field => ({
  properties: {
    ...Object.assign({}, ...Object.values(settings).map(({ properties }) => properties)),
    ...Object.fromEntries(Object.entries(entries).map(([part, { entry }]) => [part, { additionalProperties: entry }])),
  } as Record<string, Field>,
})

describe('the schema of the catalog form', () => {
  it('has a setting and its group as soon as the server reads it', () => {
    const refund = z.strictObject({ days: z.int(), to: z.array(z.strictObject({ plan: z.string() })) })
    const { settings } = schemaOf({
      fileSchema: z.strictObject({ ...file.fileSchema.shape, refund }),
      settingGroups: { ...file.settingGroups, refunds: { refund } },
    })
    const field = settings['refunds']!.properties!['refund']!
    expect([controlOf(field), controlOf(field.properties!['days']!), controlOf(field.properties!['to']!)]).toEqual([
      'fields',
      'text',
      'rows',
    ])
  })
})

describeUnless(noBrowser)('the form of the catalog editor, for every value of the schema', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())

  it('has a field, or a link to the line of data that is not interpreted', async () => {
    const whole = wholeOf(schemaOf(file))
    const opened = await dashboard.open('/ops/catalog?tab=editor')
    await opened.signIn('Ops')
    const { page, problems } = opened
    const fields = new Set<string>()
    const links = new Set<string>()
    for (let round = 0; round < ROUNDS; round++) {
      await page.getByText('YAML', { exact: true }).click()
      await page.getByRole('textbox', { name: 'Text of the catalog' }).fill(stringify(sampleOf(whole, round)))
      await page.getByText('Form', { exact: true }).click()
      const entries = page.getByRole('navigation', { name: 'Entries of the catalog' }).locator('li > button')
      for (const entry of await entries.all()) {
        await entry.click()
        const named = await page
          .locator('.catalog-form section [name]')
          .evaluateAll((elements) => elements.map(({ tagName, attributes }) => [tagName, attributes['name'].value]))
        for (const [tag, name] of named as [string, string][])
          (tag === 'BUTTON' ? links : fields).add(name.replaceAll(/(?<=\.)(?:one|0)(?=\.|$)/g, '*'))
      }
    }
    const paths = [...new Set(pathsOf(whole, []))]
    expect(paths.length).toBeGreaterThan(120)
    expect(paths.filter((path) => !fields.has(path) && !(path in IN_YAML))).toEqual([])
    expect([...links].toSorted()).toEqual(Object.keys(IN_YAML).toSorted())
    expect(problems).toEqual([])
    await opened.close()
  })
})

const isPrice = ({ interval }: Field): boolean => interval !== undefined

/** Paths of the values that have no parts. All intervals of a price are one. */
function pathsOf(field: Field, path: readonly string[]): string[] {
  const { properties, additionalProperties: values, items, anyOf } = field
  if (anyOf) return anyOf.flatMap((each) => pathsOf(each, path))
  if (properties)
    return Object.entries(properties).flatMap(([key, value]) =>
      isPrice(value) && !['month', 'year'].includes(key) ? [] : pathsOf(value, [...path, key]),
    )
  if (values && Object.keys(values).length > 0) return pathsOf(values, [...path, '*'])
  return items?.properties ? pathsOf(items, [...path, '*']) : [path.join('.')]
}

/** A value with everything that it can have. Of alternatives and forms, those of the round. */
function sampleOf(field: Field, round: number): unknown {
  const { properties, additionalProperties: values, items, anyOf, alternatives = [], type } = field
  const pick = <T>(list: readonly T[]): T => list[round % list.length]!
  if (anyOf) return sampleOf(pick(anyOf.filter((each) => each.type !== 'null')), round)
  if (properties) {
    const isLeftOut = (key: string) => alternatives.some((keys) => keys.includes(key) && pick(keys) !== key)
    const isShort = 'prices' in properties && 'price' in properties && round === 0
    const chosen = Object.entries(properties).filter(
      ([key, value]) =>
        !isLeftOut(key) &&
        (!isPrice(value) || ['month', 'year'].includes(key)) &&
        !(isShort ? key === 'prices' : key === 'price' && 'prices' in properties),
    )
    // Values inside change when all alternatives have been chosen.
    const next = Math.floor(round / (alternatives[0]?.length ?? 1))
    return Object.fromEntries(chosen.map(([key, value]) => [key, sampleOf(value, next)]))
  }
  if (values) return { one: Object.keys(values).length > 0 ? sampleOf(values, round) : 1 }
  if (items) return [sampleOf(items, round)]
  if (field.const !== undefined) return field.const
  // A quota has all values that features of other kinds have.
  if (field.enum) return field.enum.includes('quota') ? 'quota' : pick(field.enum)
  if (type === 'boolean') return true
  return type === 'string' ? (field.examples?.[0] ?? 'one') : 1
}
