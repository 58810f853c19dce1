import { parseImportMapping } from '#services/billing/adoption/import-mapping.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { reviewWarnings } from '#services/marketplace/templates/definition/review-warnings.js'
import { cheapest } from '#test/support/cost.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import {
  hostileCatalogs,
  hostileJson,
  hostileTexts,
  hostileYaml,
  type HostileText,
} from '#test/support/hostile-texts.js'

const LENGTH = 256 * 1024
const MAX_MS = 500

const web = (service: object): unknown => ({ services: { web: { image: 'nginx:1', ...service } } })

/** The slowest of a sample of texts, so that one failure shows which. */
async function slowest(
  texts: Iterable<HostileText>,
  check: (text: string) => unknown,
  count = 15,
): Promise<[string, number]> {
  let found: [string, number] = ['none', 0]
  for (const { name, text } of sampleOf([...texts], count, 'hostile definitions')) {
    const took = await cheapest(() => check(text), 1)
    if (took > found[1]) found = [name, took < MAX_MS ? took : await cheapest(() => check(text))]
  }
  return found
}

const checkAndWarn = (definition: unknown): void => {
  const checked = checkDefinition(definition)
  if (checked.kind === 'valid') reviewWarnings(checked.definition)
}

const expectQuick = ([name, took]: [string, number]) => {
  expect([name, took < MAX_MS ? 'within the limit' : took]).toEqual([name, 'within the limit'])
}

describe(`processor time of a definition (${SAMPLE})`, () => {
  it('is below half a second for every YAML text below the limit', async () => {
    expectQuick(await slowest(hostileYaml(LENGTH, 200), checkAndWarn, 60))
    for (const prefix of ['services: {web: {image: a}}\n', 'services:\n  web:\n    image: a\n    labels: '])
      expectQuick(await slowest(hostileYaml(LENGTH - 100, 100, prefix.length), (text) => checkAndWarn(prefix + text)))
  })

  it('is below half a second for a block whose lines are all mistakes', async () => {
    const text = `|2\n${'\t\n'.repeat(LENGTH / 2 - 10)}x`
    expect(JSON.stringify(checkDefinition(text))).toContain('More than 1000 mistakes')
    expect(await cheapest(() => checkDefinition(text))).toBeLessThan(MAX_MS)
  })

  it('is below half a second for the catalogs and the mapping files of operators', async () => {
    const catalog = {
      planByCode: new Map(),
      packageByCode: new Map(),
      features: new Map(),
    } as unknown as CatalogSnapshot
    const ignoringErrors = (read: () => unknown) => {
      try {
        read()
      } catch {}
    }
    expectQuick(
      await slowest(hostileYaml(LENGTH / 8, 40), (text) => {
        ignoringErrors(() => parseCatalog(text, 'hostile.yaml'))
        ignoringErrors(() => parseImportMapping(text, 'hostile.yaml', catalog))
      }),
    )
    expectQuick(
      await slowest(hostileCatalogs(LENGTH / 8), (text) => ignoringErrors(() => parseCatalog(text, 'hostile.yaml'))),
    )
  })

  it('is below half a second for every JSON value below the limit', async () => {
    for (const place of [(value: unknown) => value, (value: unknown) => ({ ...(web({}) as object), 'x-a': value })])
      expectQuick(
        await slowest(hostileJson(LENGTH, 30), (text) => {
          let value: unknown = null
          try {
            value = JSON.parse(text)
          } catch {}
          checkAndWarn(place(value))
        }),
      )
  })

  it.each(['environment', 'command', 'ports', 'volumes', 'labels', 'depends_on', 'healthcheck', 'image'])(
    'is below half a second for every text in %s',
    async (member) => {
      const places = [
        (text: string) => text,
        (text: string) => [text],
        (text: string) => ({ A: text }),
        (text: string) => text.match(/[^]{1,30}/gu)!.slice(0, 9_000),
        (text: string) => ({ [text]: 'a' }),
      ]
      for (const place of places)
        expectQuick(
          await slowest(hostileTexts(LENGTH - 4_000, 30), (text) => checkAndWarn(web({ [member]: place(text) })), 5),
        )
    },
  )
})
