import { loadavg } from 'node:os'
import type { Bench } from '../bench.js'
import { startBenchServer } from '../entitlements/bench-server.js'
import { createProcessorMeter, findPostmaster, type ProcessorMeter } from '../harness/processor-meter.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { median, rounded, spread } from '../statistics.js'
import type { SearchPlan, SearchResult } from './search-load.js'
import { marketCatalog } from './catalog.js'
import { seedTemplates, randomWords, TEMPLATES } from './templates.js'

const PER_SECOND = 200
const SECONDS = 10
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** Concurrent callers of the closed loops, which measure processor time. */
const CALLERS = [1, 8, 32]
const CLOSED_LOOP_SECONDS = 5
const SORTS = ['NEWEST', 'POPULAR', 'SALES', 'NAME']
const SHELVES = ['cms', 'ecommerce', 'automation', 'productivity', 'ai', 'monitoring']

const NODES = `pageInfo { hasNextPage endCursor } nodes { id slug name shortDescription tags version installCount isPaid
  price { money { amountMinor currency decimal } } category { code title } vendor { name verified } }`
const page = (declared: string, given: string, more = '') =>
  `query (${declared}, $orderBy: TemplateOrder) { templates(filter: { ${given} }, orderBy: $orderBy, first: 20) { ${more} ${NODES} } }`
const SEARCH = page('$search: String', 'search: $search', 'totalCount')
const BROWSE = page('$category: String', 'category: $category')
const TAGGED = page('$tags: [String!]', 'tags: $tags', 'totalCount')
const NARROWED = page(
  '$search: String, $category: String, $paid: Boolean',
  'search: $search, category: $category, paid: $paid',
)

/**
 * Measures a page of 20 over 100,000 templates at 200 requests per second: half of them counted searches, half category
 * lists.
 */
export async function benchmarkMarketplaceSearch(bench: Bench): Promise<void> {
  const { server, client, token } = await startBenchServer('marketplace-search', {
    catalog: marketCatalog(SHELVES),
    scopes: ['ops:write'],
  })
  bench.say(`seeding ${TEMPLATES} templates`)
  await seedTemplates(client)
  // Setting a price makes the server reload the catalog, with the products written directly to the database.
  const priced = await ask<{ setTemplatePrice: { template: { isPaid: boolean } | null } }>(server.graphqlUrl, token, {
    query: `mutation ($id: ID!, $money: MoneyInput!) {
      setTemplatePrice(id: $id, price: { money: $money, }, key: "bench-price") { template { isPaid } }
    }`,
    variables: { id: `tpl_${'3'.padStart(26, '0')}`, money: { amountMinor: 500, currency: 'USD' } },
  })
  bench.holds('a price can be set', priced.setTemplatePrice.template?.isPaid, true)
  const words = await randomWords(client)
  const postmaster = await findPostmaster(server.databaseUrl())
  const meters = { server: createProcessorMeter(server.pid), all: createProcessorMeter(server.pid, postmaster) }
  const load = startHelper('marketplace/search-load.js', 'marketplace-search-load', {})
  const bodies = mix(words)
  const run = (seconds: number) =>
    load.ask<SearchResult>({ url: server.graphqlUrl, bodies, perSecond: PER_SECOND, seconds } satisfies SearchPlan)
  await run(5)
  const rounds: SearchResult[] = []
  const costs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = { server: meters.server.seconds(), all: meters.all.seconds() }
    const result = await run(SECONDS)
    const ofServer = ((meters.server.seconds() - before.server) * 1000) / result.requested
    const ofAll = ((meters.all.seconds() - before.all) * 1000) / result.requested
    bench.say(
      `${result.requested} asked, p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms; processor: server ${ofServer.toFixed(2)} ms, PostgreSQL ${(ofAll - ofServer).toFixed(2)} ms each; load ${loadavg()[0]!.toFixed(1)}`,
    )
    bench.holds(`wrong answers (${result.sample?.slice(0, 300)})`, result.wrong, 0)
    rounds.push(result)
    costs.push(ofAll * 1000)
  }
  const worst = rounds.map(({ p99 }) => p99)
  bench.measured(
    {
      name: 'marketplace/search',
      unit: 'ms p99',
      ours: rounded(median(worst), 1),
      peer: null,
      peerName: null,
      ratio: null,
      cpuMicroseconds: rounded(median(costs), 0),
      runs: worst.length,
      spread: rounded(spread(worst), 2),
      p50: rounded(median(rounds.map(({ p50 }) => p50)), 1),
      p99: rounded(median(worst), 1),
    },
    { max: 30 },
  )
  for (const callers of CALLERS)
    await closedLoop(bench, { load, url: server.graphqlUrl, bodies, meter: meters.all }, callers)
  for (const word of [words[1]!, words[500]!]) await isRight(bench, { client, url: server.graphqlUrl, word })
  await load.stop()
  await client.end()
  bench.holds('left running', await server.stop(), [])
}

/**
 * 35 % one word (about three hundred matches), 10 % two words, 10 % a word within a category or among the priced
 * templates, 10 % a tag (two hundred), all in each order; 25 % a category in each order, 10 % the most installed of
 * all.
 */
function mix(words: readonly string[]): string[] {
  return Array.from({ length: 1_000 }, (_, number) => {
    const orderBy = SORTS[number % 4]
    const category = SHELVES[number % SHELVES.length]
    const search = words[number]!
    const place = number % 20
    if (place < 7) return JSON.stringify({ query: SEARCH, variables: { search, orderBy } })
    if (place < 9) return JSON.stringify({ query: SEARCH, variables: { search: `${search} stack`, orderBy } })
    if (place < 11) {
      const narrowed = place === 9 ? { category: null, paid: false } : { category: null, paid: null }
      return JSON.stringify({ query: NARROWED, variables: { search, ...narrowed, orderBy } })
    }
    if (place < 13) return JSON.stringify({ query: TAGGED, variables: { tags: [`rare${number % 500}`], orderBy } })
    if (place < 18) return JSON.stringify({ query: BROWSE, variables: { category, orderBy } })
    return JSON.stringify({ query: BROWSE, variables: { category: null, orderBy: 'POPULAR' } })
  })
}

/** Requests a second and processor time of the same mix by callers that each send one request after another. */
async function closedLoop(
  bench: Bench,
  side: { load: HelperProcess; url: string; bodies: readonly string[]; meter: ProcessorMeter },
  callers: number,
): Promise<void> {
  const { load, url, bodies, meter } = side
  const rates: number[] = []
  const costs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const used = meter.seconds()
    const plan: SearchPlan = { url, bodies, perSecond: null, callers, seconds: CLOSED_LOOP_SECONDS }
    const result = await load.ask<SearchResult>(plan)
    bench.holds(`wrong answers (${result.sample?.slice(0, 300)})`, result.wrong, 0)
    rates.push(result.requested / CLOSED_LOOP_SECONDS)
    costs.push(((meter.seconds() - used) * 1e6) / result.requested)
  }
  bench.measured(
    {
      name: `marketplace/search/callers-${callers}`,
      unit: 'requests/s',
      ours: rounded(median(rates), 0),
      peer: null,
      peerName: null,
      ratio: null,
      callers,
      cpuMicroseconds: rounded(median(costs), 0),
      runs: rates.length,
      spread: rounded(spread(costs), 3),
    },
    {},
  )
}

/** Compares the search result and its order with a plain scan of every name. */
async function isRight(
  bench: Bench,
  {
    client,
    url,
    word,
  }: {
    client: { query(text: string, values: unknown[]): Promise<{ rows: { slug: string }[] }> }
    url: string
    word: string
  },
): Promise<void> {
  const expected = await client.query(
    `select slug from template where status = 'APPROVED' and name ~* ('\\m' || $1) order by install_count desc, id desc`,
    [word],
  )
  const { templates } = await ask<{ templates: { totalCount: number; nodes: { slug: string }[] } }>(url, null, {
    query: `query ($search: String) { templates(filter: { search: $search }, orderBy: POPULAR, first: 100) { totalCount nodes { slug } } }`,
    variables: { search: word },
  })
  bench.holds(`how many have ${word}`, templates.totalCount, expected.rows.length)
  bench.holds(
    `which have ${word}`,
    templates.nodes.map(({ slug }) => slug),
    expected.rows.slice(0, 100).map(({ slug }) => slug),
  )
}

async function ask<Data>(url: string, token: string | null, body: object): Promise<Data> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  return ((await answer.json()) as { data: Data }).data
}
