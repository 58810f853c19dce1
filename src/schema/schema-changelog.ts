import { CriticalityLevel, diff, DiffRule, type Change } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

const SECTIONS: readonly (readonly [CriticalityLevel, string])[] = [
  [CriticalityLevel.Breaking, 'Breaking changes'],
  [CriticalityLevel.Dangerous, 'Changes that can affect clients'],
  [CriticalityLevel.NonBreaking, 'Other changes'],
]

/** Place in the page after which a release is added. */
const MARK = '<!-- releases -->\n'

/** Changes from one printed schema to another as Markdown, sorted by their effect on clients. Descriptions are left out. */
export async function schemaChanges(older: string, newer: string): Promise<string> {
  const changes = await diff(buildSchema(older), buildSchema(newer), [
    DiffRule.ignoreDescriptionChanges,
    DiffRule.simplifyChanges,
  ])
  const sections = SECTIONS.flatMap(([level, title]) => {
    const lines = changes.filter(({ criticality }) => criticality.level === level).map(lineOf)
    return lines.length > 0 ? [`### ${title}\n\n${[...new Set(lines)].toSorted().join('\n')}`] : []
  })
  return sections.join('\n\n') || 'No changes.'
}

const lineOf = ({ path, message }: Change): string =>
  `- \`${path ?? 'schema'}\`: ${message.replaceAll(/'([^']*)'/g, '`$1`')}`

/** The page of changes with a release as its newest entry. */
export function addRelease(page: string, release: string, changes: string): string {
  if (!page.includes(MARK)) throw new Error(`The page has no line ${MARK.trim()}`)
  if (page.includes(`\n## ${release}\n`)) throw new Error(`The page has a release ${release} already`)
  return page.replace(MARK, `${MARK}\n## ${release}\n\n${changes}\n`)
}
