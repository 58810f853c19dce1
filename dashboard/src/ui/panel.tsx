import './panel.css'
import { Alert, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useEffect, useId, useSyncExternalStore, type ReactNode } from 'react'
import { StackgateError } from '@stackgate/client'
import { words } from '../words/en.js'
import { ForDevelopers } from './for-developers.js'
import type { ReadState } from './use-cursor-pages.js'

interface PanelProps<Data> {
  readonly title?: string
  /** Explanation next to the title. */
  readonly hint?: ReactNode
  readonly query: ReadState<Data>
  /** Height of the skeleton while the content is loading, in pixels. */
  readonly height?: number
  /** Drawing while the content is loading. Default: lines, as those of a table. */
  readonly skeleton?: 'lines' | 'events' | 'block'
  readonly actions?: ReactNode
  readonly children: (data: Data) => ReactNode
}

/** A part of a page with its own request. A refusal or an error of it leaves the other parts as they are. */
export function Panel<Data>({ title, hint, query, height, skeleton, actions, children }: PanelProps<Data>) {
  return (
    <Section title={title} hint={hint} actions={actions} isBusy={query.isPending}>
      <PanelContent query={query} {...(height && { height })} {...(skeleton && { skeleton })}>
        {children}
      </PanelContent>
    </Section>
  )
}

interface SectionProps {
  readonly title?: string | undefined
  readonly hint?: ReactNode
  /** Buttons next to the title. Default: none. False reserves their height while the panel is loading. */
  readonly actions?: ReactNode
  readonly isBusy?: boolean
  readonly children: ReactNode
}

/** Parts above can still be loading: a button that appears now would move. */
const HIDDEN = { visibility: 'hidden' } as const

/** A framed part of a page, without a request of its own. Its buttons appear with its content. */
export const Section = ({ title, hint, actions, isBusy, children }: SectionProps) => (
  <Paper component="section" withBorder p="md" radius="md" aria-busy={isBusy} aria-label={title}>
    <Stack gap="sm">
      {title && (
        <Group justify="space-between">
          <div className="panel-title">
            <Title order={2} size="h4">
              {title}
            </Title>{' '}
            {hint}
          </div>
          {(actions || (actions === false && isBusy)) && (
            <Group gap="xs" style={isBusy ? HIDDEN : undefined} mih={actions ? undefined : 36}>
              {actions}
            </Group>
          )}
        </Group>
      )}
      {children}
    </Stack>
  </Paper>
)

/** Height of a line that is loading, in pixels. */
const LINE = 40
const WIDTHS = ['55%', '40%', '65%', '45%']

interface LoadingLinesProps {
  readonly height: number
  /** True for lines that begin with a round drawing. */
  readonly hasIcons: boolean
}

/** Lines that are loading, in the place of those that follow. */
const LoadingLines = ({ height, hasIcons }: LoadingLinesProps) => (
  <div className="loading-lines" style={{ blockSize: height }} role="progressbar" aria-label={words.panel.loading}>
    {Array.from({ length: Math.max(1, Math.floor(height / LINE)) }, (_, line) => (
      <div key={line}>
        {hasIcons && <Skeleton height={20} circle />}
        <Skeleton height={12} width={WIDTHS[line % WIDTHS.length]} />
        <Skeleton height={12} width={64} ml="auto" />
      </div>
    ))}
  </div>
)

export function PanelContent<Data>({
  query,
  height = 120,
  skeleton = 'lines',
  children,
}: Omit<PanelProps<Data>, 'title' | 'hint' | 'actions'>) {
  const { data, error, isPending, refetch } = query
  if (error) return <PanelError error={error} onRetry={() => refetch()} />
  if (isPending || data === undefined)
    return skeleton === 'block' ? (
      <Skeleton height={height} role="progressbar" aria-label={words.panel.loading} />
    ) : (
      <LoadingLines height={height} hasIcons={skeleton === 'events'} />
    )
  if (data === null) return <PanelDenied />
  return children(data)
}

const codeOf = (error: Error): string => (error instanceof StackgateError ? error.code : '')

const PanelDenied = () => (
  <Alert color="gray" title={words.panel.denied}>
    {words.panel.deniedHint}
  </Alert>
)

/** The panels of the page that could not be read, in the order of their failures. */
let failed: readonly string[] = []
const listeners = new Set<() => void>()
function setFailed(panels: readonly string[]): void {
  failed = panels
  for (const listener of listeners) listener()
}

/** True for the first of the panels that could not be read: one sentence about the server is enough for a page. */
function useIsFirstFailure(isFailure: boolean): boolean {
  const id = useId()
  useEffect(() => {
    if (!isFailure) return undefined
    setFailed([...failed, id])
    return () => setFailed(failed.filter((each) => each !== id))
  }, [id, isFailure])
  const [first = id] = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => failed,
  )
  return first === id
}

function PanelError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => unknown }) {
  const code = codeOf(error)
  const isFirst = useIsFirstFailure(!['FORBIDDEN', 'UNAUTHENTICATED', 'NOT_FOUND'].includes(code))
  if (code === 'FORBIDDEN' || code === 'UNAUTHENTICATED') return <PanelDenied />
  if (code === 'NOT_FOUND') return <Text>{words.panel.missing}</Text>
  if (!isFirst)
    return (
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {words.panel.failed}
        </Text>
        <Button size="xs" variant="default" onClick={onRetry}>
          {words.panel.again}
        </Button>
      </Group>
    )
  const requestId = error instanceof StackgateError ? error.requestId : undefined
  return (
    <Alert color="red" title={words.panel.failed} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        <ForDevelopers problem={error} />
        {requestId && (
          <Text size="xs" c="dimmed">
            {words.panel.requestId(requestId)}
          </Text>
        )}
        <Button size="xs" variant="default" onClick={onRetry}>
          {words.panel.again}
        </Button>
      </Stack>
    </Alert>
  )
}
