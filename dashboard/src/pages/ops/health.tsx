import { Group, SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { serverUrl } from '../../session/config.js'
import { label } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { operationsWords } from '../../words/en/operations.js'
import { overviewWords } from '../../words/en/overview.js'

const texts = operationsWords.overview

/** Answer of `GET /health/ready`, with its parts in words. */
type Readiness = Readonly<Record<string, boolean | string | null | Readonly<Record<string, string>>>>

const GOOD = new Set(['ok', 'yes'])

function partsOf(readiness: Readiness): readonly (readonly [name: string, state: string])[] {
  return Object.entries(readiness).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === null || name === 'mode') return []
    if (typeof value === 'object')
      return Object.entries(value).map(([part, state]) => [texts.connection(label(part)), state])
    if (name === 'draining') return value ? [[texts.draining, texts.yes]] : []
    return [[label(name), value === true ? texts.yes : value === false ? texts.no : value]]
  })
}

/** The health of the server in one line, which opens its parts. It is open while one of them has a problem. */
export function Health() {
  const health = useQuery({
    queryKey: ['Health'],
    queryFn: async ({ signal }) => {
      const response = await fetch(serverUrl('health/ready'), { credentials: 'omit', signal })
      return (await response.json()) as Readiness
    },
    refetchInterval: 15_000,
  })
  return (
    <Panel query={health} height={24}>
      {(readiness) => {
        const parts = partsOf(readiness)
        const ill = parts.filter(([, state]) => !GOOD.has(state)).map(([name]) => name)
        return (
          <details open={ill.length > 0}>
            <summary>
              <StateBadge color={ill.length > 0 ? 'red' : 'green'}>
                {ill.length > 0 ? overviewWords.ill(ill.join(', ')) : overviewWords.healthy}
              </StateBadge>
            </summary>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xs" mt="sm">
              {parts.map(([name, state]) => (
                <Group key={name} justify="space-between" wrap="nowrap">
                  <Text size="sm" className="sentence">
                    {name}
                  </Text>
                  <StateBadge color={GOOD.has(state) ? 'green' : 'red'}>{state}</StateBadge>
                </Group>
              ))}
            </SimpleGrid>
          </details>
        )
      }}
    </Panel>
  )
}
