import { Alert, Stack, Text } from '@mantine/core'
import { Invariants as Rules, type InvariantsData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { JsonText } from '../../ui/detail-list.js'
import { count, label, moment } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { StateBadge } from '../../ui/state-badge.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.invariants
type Row = NonNullable<InvariantsData['invariants']>[number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.state,
    isState: true,
    by: ({ ok }) => ok,
    cell: ({ ok }) => <StateBadge color={ok ? 'green' : 'red'}>{ok ? texts.holds : texts.isBroken}</StateBadge>,
  },
  {
    name: texts.rule,
    by: ({ name }) => label(name),
    cell: ({ name, description, counterexample }) => (
      <Stack gap={4}>
        <Text fw={500}>{label(name)}</Text>
        <Text size="sm">{description}</Text>
        {counterexample !== null && <JsonText name={texts.counterexampleOf(name)} value={counterexample} />}
      </Stack>
    ),
  },
  {
    name: texts.checked,
    isNumber: true,
    by: ({ checkedCount }) => checkedCount,
  },
]

/** Rules that always hold, as the last check found them, with a counterexample of each that does not. */
export function Invariants() {
  const query = useOperation(Rules, {}, { refetchInterval: everyHalfMinute })
  const rules = (query.data?.invariants ?? []).toSorted((one, other) => Number(one.ok) - Number(other.ok))
  const broken = rules.filter(({ ok }) => !ok).length
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Text>{texts.intro}</Text>
      <Panel title={texts.title} query={query} height={320}>
        {() => (
          <>
            <Alert color={broken > 0 ? 'red' : rules[0] ? 'green' : 'gray'} role="status">
              {!rules[0]
                ? texts.unchecked
                : `${broken > 0 ? texts.broken(count(broken)) : texts.allHold(count(rules.length))} ${texts.checkedAt(moment(rules[0].checkedAt))}`}
            </Alert>
            {rules.length > 0 && (
              <DataTable
                name={texts.title}
                columns={COLUMNS}
                pages={allAtOnce(query, rules)}
                empty={texts.none}
                keyOf={({ name }) => name}
              />
            )}
          </>
        )}
      </Panel>
    </Stack>
  )
}
