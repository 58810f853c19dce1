import { Badge } from '@mantine/core'
import { useConnection } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { clockTime } from './format.js'

const STATES = {
  idle: 'connecting',
  connecting: 'connecting',
  live: 'live',
  waiting: 'connecting',
  'signed-out': 'ended',
  ended: 'ended',
} as const

/** Shows if the events of the account arrive, which keep the page up to date. */
export function LiveBadge() {
  const { status, since } = useConnection()
  const isLive = status === 'live'
  const text = since ? words.live.waiting(clockTime(since.getTime())) : words.live[STATES[status]]
  return (
    <Badge
      variant="light"
      color={isLive ? 'green' : 'gray'}
      role="status"
      className="live-badge"
      data-state={STATES[status]}
      styles={{ label: { overflow: 'visible' } }}
    >
      {text}
    </Badge>
  )
}
