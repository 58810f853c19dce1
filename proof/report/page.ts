import { LAYERS, type LayerOutcome, type ProofFailure, type ProofResult } from '#proof/report/result.js'

const escape = (text: unknown): string =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const table = (headers: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  `<div class="scroll"><table><thead><tr>${headers.map((text) => `<th scope="col">${escape(text)}</th>`).join('')}</tr></thead><tbody>${rows
    .map((cells) => `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`)
    .join('')}</tbody></table></div>`

/** The result as one HTML page without scripts and without other files. */
export function proofPage(result: ProofResult): string {
  const { planted } = result
  const found = planted.filter((one) => one.found).length
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proof of ${escape(result.project)} ${escape(result.version)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
code, pre { font-family: ui-monospace, monospace; font-size: 0.85rem }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
.scroll { overflow-x: auto }
.result { font-size: 1.3rem; font-weight: 600 }
</style>
</head>
<body>
<main>
<h1>Proof of ${escape(result.project)} ${escape(result.version)}</h1>
<p class="result">${result.passed ? 'Everything that was tried held.' : 'Something failed. The commands below replay it.'}</p>
${table(
  ['Begun', 'Duration', 'Commit', 'SHA-256 of the sources', 'Node', 'Machine'],
  [
    [
      result.startedAt,
      `${number(result.seconds)} s`,
      result.commit ?? 'unknown',
      result.sources,
      result.node,
      `${result.platform}, ${result.processors}`,
    ],
  ],
)}
<h2>Layers</h2>
${result.layers.map(layer).join('\n')}
<h2>Models</h2>
${models(result)}
<h2>Planted bugs</h2>
${
  planted.length === 0
    ? '<p>This run planted no bugs: <code>npm run prove -- --planted</code> does.</p>'
    : `<p>${found} of ${planted.length} were found.</p>${table(
        ['Bug', 'Resembles', 'File', 'Found by', 'Seed', 'Step', 'Seconds', 'First difference'],
        planted.map((one) => [
          `${one.id}: ${one.description}`,
          one.resembles,
          one.file,
          one.found ? one.layer : 'not found',
          one.seed ?? '',
          one.step ?? '',
          number(one.seconds, 1),
          one.message,
        ]),
      )}`
}
</main>
</body>
</html>
`
}

function models({ models: explored }: ProofResult): string {
  if (explored.length === 0) return '<p>This run explored no models: <code>npm run prove</code> does.</p>'
  return `<p>Every reachable state of a small model of the protocol. Tests replay recorded runs of servers in the models.</p>${table(
    ['Model', 'States', 'Transitions', 'Invariants', 'Result', 'Defects that were found'],
    explored.map((one) => [
      `${one.name}: ${one.description}`,
      number(one.states),
      number(one.transitions),
      one.invariants.join('; '),
      one.violation ?? 'Every state keeps them.',
      one.defects
        .map(({ name, foundAfter }) => `${name}: ${foundAfter === null ? 'not found' : `after ${foundAfter} actions`}`)
        .join('; '),
    ]),
  )}`
}

function layer(outcome: LayerOutcome): string {
  const { title, proves, limits } = LAYERS[outcome.layer]
  const minutes = Math.max(outcome.seconds, 0.001) / 60
  const last = outcome.firstSeed + Math.max(0, outcome.seeds - 1)
  const figures: (readonly [string, string])[] = [
    ['Seeds', `${outcome.firstSeed} to ${last}`],
    ['Steps', number(outcome.steps)],
    ['Steps per minute', number(outcome.steps / minutes)],
    ['Account-years', number(outcome.years, 1)],
    ['Account-years per hour', number((outcome.years / minutes) * 60)],
    ['Duration', `${number(outcome.seconds, 1)} s, ${number(outcome.processorSeconds, 1)} s of processor time`],
    ...Object.entries(outcome.figures).map(([name, value]): [string, string] => [
      name,
      typeof value === 'number' ? number(value) : value,
    ]),
  ]
  return `<h3>${escape(title)}</h3>
<p><strong>Proves:</strong> ${escape(proves)}</p>
<p><strong>Does not prove:</strong> ${escape(limits)}</p>
${table(['Figure', 'Value'], figures)}
${outcome.failures.length === 0 ? '<p>No difference was found.</p>' : outcome.failures.map(failure).join('\n')}`
}

function failure({ message, replay, seed, step, needed }: ProofFailure): string {
  const steps = needed.map((one) => escape(JSON.stringify(one))).join('\n')
  return `<p>Seed ${seed}, step ${step}: ${escape(message)}</p>
<p>Replay: <code>${escape(replay)}</code></p>
${needed.length > 0 ? `<pre>${steps}</pre>` : ''}`
}
