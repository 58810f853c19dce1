import './tile.css'
import { Paper, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { isServed } from '../session/config.js'
import { Icon, type Drawing } from './icon.js'

interface TileProps {
  readonly name: string
  readonly icon: Drawing
  readonly value: string
  /** Meaning of the value at present, in one line. */
  readonly note?: string | undefined
  /** True for a value that says nothing, such as a zero. */
  readonly isQuiet?: boolean
  /** True for a value that needs somebody. */
  readonly isUrgent?: boolean
  readonly to: string
  readonly search?: Readonly<Record<string, string>> | undefined
  /** A drawing below the texts. */
  readonly children?: ReactNode
}

/** A figure that leads to its page, if the server has it. */
export function Tile({ name, icon, value, note, isQuiet, isUrgent, to, search, children }: TileProps) {
  const panel = (
    <Paper withBorder p="md" h="100%">
      <div className="figure-name">
        <Text size="sm" fw={500} c="dimmed">
          {name}
        </Text>
        <Icon of={icon} />
      </div>
      <Text className="figure-text" c={isQuiet ? 'dimmed' : undefined}>
        {value}
      </Text>
      {note && (
        <Text size="sm" c={isUrgent ? 'var(--mantine-color-error)' : 'dimmed'}>
          {note}
        </Text>
      )}
      {children}
    </Paper>
  )
  return isServed(to) ? (
    <Link to={to} search={(search ?? {}) as never} className="figure">
      {panel}
    </Link>
  ) : (
    <div className="figure">{panel}</div>
  )
}
