import { existsSync, globSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { createMetrics } from '#services/kernel/metrics/metrics.js'

const REPOSITORY = 'https://github.com/stackgate/stackgate/blob/main'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string; readonly runbook_url: string }
}

const text = (path: string) => readFileSync(path, 'utf8')
const rules = (parse(text('docs/alerts/rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
)
const dashboard = JSON.parse(text('docs/grafana/stackgate.json')) as {
  panels: { id: number; title: string; targets?: { expr: string }[] }[]
}
const queries = dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr)

/** Every series of our registry with its labels. A histogram has three kinds. */
const series = new Map<string, readonly string[]>()
for (const metric of createMetrics().registry.getMetricsAsArray()) {
  const { name, labelNames, type } = metric as unknown as { name: string; labelNames: string[]; type: string }
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  for (const suffix of suffixes) series.set(name + suffix, suffix === '_bucket' ? [...labelNames, 'le'] : labelNames)
}
const ours = [...series.keys()].filter((name) => !/^stackgate_(nodejs|process)_/.test(name))

/** Unknown series and labels in a query. */
function unknownIn(query: string): string[] {
  const unknown: string[] = []
  for (const [, name, , labels = ''] of query.matchAll(/\b(stackgate_\w+)(\{([^}]*)\})?/g)) {
    const known = series.get(name!)
    if (!known) unknown.push(name!)
    for (const [, label] of labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
      if (known && !known.includes(label!)) unknown.push(`${name}{${label}}`)
  }
  return unknown
}

/** The names of all calls to providers, as the adapters make them. */
const operations = new Set(
  globSync('src/services/billing/providers/*/**/*.ts').flatMap((path) =>
    [...text(path).matchAll(/\bcall\w*\(\s*(?:metrics,\s*)?(?:\w+ \? )?'([\w.]+)'(?: : '([\w.]+)')?/g)].flatMap(
      ([, name, other]) => [name!, ...(other ? [other] : [])],
    ),
  ),
)

/** Operations in a query that no adapter calls. */
const unknownOperations = (query: string): string[] =>
  [...query.matchAll(/\boperation=~?"([^"]*)"/g)]
    .flatMap(([, names]) => names!.split('|'))
    .filter((name) => !operations.has(name))

const balanced = (query: string) =>
  ['()', '{}', '[]'].every(([open, close]) => query.split(open!).length === query.split(close!).length)

describe('Alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s queries existing metrics and has a page',
    (_name, rule) => {
      expect([...unknownIn(rule.expr), ...unknownOperations(rule.expr)]).toEqual([])
      expect(rule.expr).toMatch(/stackgate_|up\{job="stackgate"\}/)
      expect(balanced(rule.expr)).toBe(true)
      expect(['page', 'ticket']).toContain(rule.labels.severity)
      const page = text(rule.annotations.runbook)
      expect(rule.annotations.runbook_url).toBe(`${REPOSITORY}/${rule.annotations.runbook}`)
      expect(page).toContain(rule.alert)
      for (const part of ['**Impact** ', '**Check**', '**Fix**', '**Afterwards** ']) expect(page).toContain(part)
    },
  )

  it('have one page each, and each page has an alert', () => {
    const pages = globSync('docs/alerts/*.md')
      .filter((path) => !path.endsWith('README.md'))
      .toSorted()
    expect(rules.map(({ annotations }) => annotations.runbook).toSorted()).toEqual(pages)
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    expect(rules.length).toBeGreaterThan(20)
  })

  it('cover the required entries', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'StackgateComposeAgentUnreachable',
        'StackgateAgentAuthFailures',
        'StackgateWebhooksRejected',
        'StackgateWebhooksDeadLettered',
        'StackgateCheckoutCreationFailures',
        'StackgateUsageOperationFailures',
      ]),
    )
  })

  it('are loaded by the scrape configuration, whose job they name', () => {
    const scrape = parse(text('docs/alerts/prometheus.yml')) as {
      rule_files: string[]
      scrape_configs: { job_name: string; metrics_path: string }[]
    }
    const [job] = scrape.scrape_configs
    expect(scrape.rule_files.map((file) => existsSync(`docs/alerts/${file}`))).toEqual([true])
    expect(rules.find(({ alert }) => alert === 'StackgateProcessDown')!.expr).toBe(`up{job="${job!.job_name}"} == 0`)
    expect(text('src/rest/kernel/metrics-route.ts')).toContain(`app.get('${job!.metrics_path}'`)
  })

  it('name existing metrics in their pages', () => {
    const pages = [...globSync('docs/alerts/*.md'), 'docs/operations.md', 'docs/metrics.md', 'docs/agents.md']
    const isKnown = (name: string) => series.has(`${name}_count`) || /_(process|nodejs)_$/.test(name)
    const unknown = pages.flatMap((path) =>
      unknownIn(text(path)).flatMap((name) => (isKnown(name) ? [] : [`${path}: ${name}`])),
    )
    expect(unknown).toEqual([])
  })

  it('detect an unknown metric or label', () => {
    expect(unknownIn('rate(stackgate_nothing_total[5m])')).toEqual(['stackgate_nothing_total'])
    expect(unknownIn('stackgate_queue_dead{kind="inbox"} > 0')).toEqual(['stackgate_queue_dead{kind}'])
    expect(unknownOperations('x{operation=~"orders.create|orders.make"}')).toEqual(['orders.make'])
    // Calls of both providers, in either notation.
    for (const name of ['checkout.sessions.create', 'orders.create', 'plans.activate', 'plans.deactivate'])
      expect([...operations]).toContain(name)
  })
})

describe('Grafana dashboard', () => {
  it('queries existing metrics', () => {
    expect(queries.flatMap(unknownIn)).toEqual([])
    expect(queries.filter((query) => !balanced(query))).toEqual([])
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  })

  it('shows every metric', () => {
    const shown = queries.join(' ')
    const missing = ours.filter((name) => !/_(sum|count|bucket)$/.test(name) && !shown.includes(name))
    expect(missing).toEqual([])
    expect(shown).toContain('stackgate_http_request_duration_seconds_bucket')
  })
})

describe('List of metrics', () => {
  it('contains exactly the existing metrics with their labels', () => {
    const listed = [...text('docs/metrics.md').matchAll(/^\| `(stackgate_\w+)` \| ([^|]*) \|/gm)].map(
      ([, name, labels]) => [name, [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label)],
    )
    const registered = createMetrics()
      .registry.getMetricsAsArray()
      .map((metric) => metric as unknown as { name: string; labelNames: string[] })
      .filter(({ name }) => !/^stackgate_(nodejs|process)_/.test(name))
      .map(({ name, labelNames }) => [name, labelNames])
    const byName = (rows: unknown[][]) => Object.fromEntries(rows.map(([name, labels]) => [name, labels]))
    expect(byName(listed)).toEqual(byName(registered))
  })
})
