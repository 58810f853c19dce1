import type { LayerOutcome, ProofResult } from '#proof/report/result.js'

/** Hours of a night, for which figures are extrapolated. */
const NIGHT_HOURS = 8
const CORES = 2

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** The figures of a run as Markdown for bench/results/proof.md. */
export function figures(result: ProofResult): string {
  const { startedAt, commit, load, processors, node, layers, seconds, models } = result
  const rows = layers.map(
    (one) =>
      `| ${one.layer} | ${one.firstSeed} to ${one.firstSeed + Math.max(0, one.seeds - 1)} | ${number(one.steps)} | ${number(one.years, 1)} | ${number(one.seconds)} | ${number(one.processorSeconds, 1)} | ${one.failures.length} |`,
  )
  return [
    `\`npm run prove\`, ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${number(seconds / 60, 1)} minutes, commit ${commit?.slice(0, 8) ?? 'unknown'}, ${node}, ${processors}, load ${number(load.before, 1)} before and ${number(load.after, 1)} after.`,
    '',
    '| layer | seeds | steps | account-years | seconds | processor seconds | differences |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...layers.filter(({ years }) => years > 0).map(extrapolated),
    ...(models.length > 0
      ? [`Models: ${models.map(({ name, states }) => `${name} ${number(states)} states`).join(', ')}.`]
      : []),
    ...layers.flatMap(({ layer, figures: more }) =>
      Object.entries(more).map(
        ([name, value]) => `${layer}, ${name}: ${typeof value === 'number' ? number(value) : value}.`,
      ),
    ),
  ].join('\n')
}

/** Account-years of a night, by the clock and by processor time: a busy machine changes only the first. */
function extrapolated({ layer, years, seconds, processorSeconds }: LayerOutcome): string {
  const night = (spent: number): number => (years / Math.max(spent, 0.001)) * 3600 * NIGHT_HOURS
  return `${layer}: ${number(night(seconds))} account-years in ${NIGHT_HOURS} hours at this rate by the clock, ${number(night(processorSeconds) * CORES)} on ${CORES} cores by the processor time of all processes; extrapolated from ${number(seconds / 60, 1)} minutes.`
}
