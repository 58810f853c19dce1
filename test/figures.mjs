// `npm run figures`: how often this repository states the same fact.
import {
  codeLinesByDomain,
  filesOfFeatureCommits,
  linesByLayer,
  repositoryFigures,
} from './support/repository-figures.mjs'

const show = (name, value) => process.stdout.write(`${String(value).padStart(8)}  ${name}\n`)
for (const [name, value] of Object.entries(repositoryFigures())) show(name, value)
for (const count of [20, 150]) {
  const { commits, median, percentile90 } = filesOfFeatureCommits(count)
  show(`files of a feature, median of the last ${commits}`, median)
  show(`files of a feature, 90th percentile of the last ${commits}`, percentile90)
}
for (const [layer, lines] of Object.entries(linesByLayer())) show(`lines of ${layer}`, lines)
for (const [domain, lines] of Object.entries(codeLinesByDomain())) show(`lines of code of ${domain}`, lines)
